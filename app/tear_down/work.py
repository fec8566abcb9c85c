"""The worker's part of a tear-down: one kind of resource after another, each deletion after a fresh look.

A deletion may be repeated, so nothing is lost when a worker dies: the next one reads what is left of the plan, which
was committed before the first deletion. Azure takes no condition with a DELETE: between the look and the deletion are
the seconds of one attempt (docs/tear-down.md, What is not promised).
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypedDict
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.compute.values import IN_USE
from app.azure.errors import AzureNotActed, AzureRejected
from app.azure.ports import Azure
from app.azure.values import AzureJob, Operation
from app.jobs import failures
from app.jobs.approval.bound_facts import BOUND, check_bound
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import State
from app.jobs.work import (
    Absent,
    AlreadyDone,
    AttemptOnRecord,
    Finding,
    Found,
    JobError,
    Look,
    NotCarriedOutError,
    StepEnded,
    Ticket,
    Work,
)
from app.tear_down import reading, rules, service, steps
from app.tear_down.models import TearDownPlan
from app.tear_down.plans import Plan, plan_in
from app.tear_down.records import PlanRecords
from app.tear_down.steps import Note, Over, Send, Wait
from app.tear_down.values import Cause, Kind, Resource, Seen

LEFT_REMEDY: Final = (
    "GET /v1/restores/{id}/resources shows it. Remove what its reason names, then ask again for the tear-down, or "
    "delete it in Azure."
)


class LeftResource(TypedDict):
    id: str
    kind: Kind
    cause: Cause
    reason: str
    azure_code: str | None


class Remark(TypedDict):
    id: str
    remark: str


class TearDownResult(TypedDict):
    deleted: list[str]
    gone: list[str]
    """What was not there any more before it began."""
    left: list[LeftResource]
    remarks: list[Remark]
    """Tags that were added, changed or removed since the restore ended: no reason to leave anything."""


@dataclass(frozen=True, slots=True)
class Prepared:
    plan: Plan
    resources: Sequence[Resource]
    """What is deleted in this step."""
    first_sent: frozenset[str] = frozenset()
    """Keys of machines that no earlier attempt was about to delete."""


class TearDown(Work[Prepared, TearDownResult]):
    kind = JobKind.TEAR_DOWN

    def __init__(self, azure: Azure, records: PlanRecords) -> None:
        self._azure = azure
        self._records = records

    async def prepare(self, ticket: Ticket, _attempts: Sequence[AttemptOnRecord]) -> Prepared | AlreadyDone:
        plan = await self._records.plan_of(ticket)
        if plan is None:
            plan, seen = await self._make_plan(ticket)
        else:
            seen = await self._look(plan)
        if not steps.was_sent(plan.notes):
            await check_bound(self, ticket)  # also where nothing is left to send
        plan = await self._observed(ticket, plan, seen)
        step = steps.next_step(plan.resources, seen, plan.notes)
        if isinstance(step, Send) and not plan.is_stopped:
            news = steps.about_to_send(step.resources, plan.notes)
            return Prepared(await self._noted(ticket, plan, news), step.resources, frozenset(news))
        return AlreadyDone("Nothing is left to send.")

    async def _make_plan(self, ticket: Ticket) -> tuple[Plan, Mapping[str, Seen]]:
        evidence = await self._records.evidence(ticket)
        live = await reading.read(self._azure, evidence)
        resources = rules.judge(evidence, live, ticket.ask["include"])
        return await self._records.note_plan(ticket, resources), live.seen

    async def _look(self, plan: Plan) -> Mapping[str, Seen]:
        return await reading.read_again(self._azure, plan.resources)

    async def _observed(self, ticket: Ticket, plan: Plan, seen: Mapping[str, Seen]) -> Plan:
        """The plan with what this look adds."""
        return await self._noted(ticket, plan, steps.observed(plan.resources, seen, plan.notes))

    async def _noted(self, ticket: Ticket, plan: Plan, news: Mapping[str, Note]) -> Plan:
        """The plan with these notes, which are committed first."""
        if news:
            await self._records.note(ticket, news)
        return replace(plan, notes={**plan.notes, **news})

    async def facts(self, ticket: Ticket) -> Mapping[str, Any]:
        """What an approver agreed to, while it is what was planned. What was gone by then needs no deletion."""
        plan = await self._records.plan_of(ticket)
        resources = plan.resources if plan is not None else ()
        agreed: Mapping[str, Any] = ticket.ask.get(BOUND, {}).get("resources", {})
        gone = {one.key for one in resources if one.state == "gone"}
        planned = dict(service.facts_of(resources)["resources"])
        return {"resources": planned | {key: agreed[key] for key in agreed if key in gone}}

    async def send(self, ticket: Ticket, prepared: Prepared, *, request_id: UUID, deadline: float) -> Operation:
        """The deletions of one kind, side by side. The operation is that of the last one accepted."""
        found = await asyncio.gather(
            *(self._delete(one, request_id, deadline) for one in prepared.resources), return_exceptions=True
        )
        notes: dict[str, Note] = {}
        last, lost, unsent = Operation(None), None, None
        for one, answer in zip(prepared.resources, found, strict=True):
            note = prepared.plan.notes.get(one.key, Note())
            match answer:
                case Operation():
                    notes[one.key] = steps.accepted(note, answer.status_url)
                    last = answer if answer.status_url is not None else last
                case AzureRejected():
                    notes[one.key] = _refused(note, answer)
                case AzureNotActed():
                    unsent = answer
                    if one.key in prepared.first_sent and not note.asked:
                        notes[one.key] = replace(note, is_sent=False)
                case BaseException():
                    lost = answer
        if notes:
            await self._records.note(ticket, notes)
        if lost is not None:
            raise lost
        if unsent is not None and not any(note.asked for note in notes.values()):
            raise unsent
        return last  # what was not sent is sent in the next step

    async def _delete(self, one: Resource, request_id: UUID, deadline: float) -> Operation:
        return await self._azure.machines.delete(one.id, request_id=request_id, deadline=deadline)

    async def find(self, ticket: Ticket, _attempts: Sequence[AttemptOnRecord], _look: Look) -> Finding:
        """Whether something is left to send. A deletion that was lost is sent again."""
        plan = await self._records.plan_of(ticket)
        if plan is None:
            return Absent()
        step = steps.next_step(plan.resources, await self._look(plan), plan.notes)
        return Absent() if isinstance(step, Send) else Found(None)

    async def step_failed(self, ticket: Ticket, error: JobError) -> None:
        plan = await self._records.plan_of(ticket)
        notes = plan.notes if plan is not None else {}
        meant = {key: note for key, note in notes.items() if note.operation == ticket.operation_url}
        if meant:
            changed = {key: steps.failed(note, error.azure_code, error.detail) for key, note in meant.items()}
            await self._records.note(ticket, changed)

    async def collect(self, ticket: Ticket, _job: AzureJob | None) -> TearDownResult:
        plan = await self._records.plan_of(ticket)
        if plan is None:
            raise StepEnded("It was not planned yet.")
        seen = await self._look(plan)
        plan = await self._observed(ticket, plan, seen)
        step = steps.next_step(plan.resources, seen, plan.notes)
        result: Any = steps.result_of(plan.resources, seen, plan.notes)
        typed: TearDownResult = result
        match step:
            case Over():
                return typed
            case Send():
                if ticket.taken_as_is:
                    return typed
                raise StepEnded(f"{_named(step.resources)} next.", seconds=step.pause, result=typed)
            case Wait():
                raise NotCarriedOutError(f"Azure is deleting {_named(step.resources)}", typed)

    async def result_so_far(self, session: AsyncSession, ticket: Ticket) -> TearDownResult | None:
        row = await session.get(TearDownPlan, ticket.id)
        plan = plan_in(row) if row is not None else None
        if plan is None or not steps.was_sent(plan.notes):
            return None
        so_far: Any = steps.result_so_far(plan.resources, plan.notes)
        typed: TearDownResult = so_far
        return typed

    def warnings_of(self, result: TearDownResult) -> list[failures.Warned]:
        left = rules.left_of(result)
        said = [
            {
                "code": "left_behind",
                "title": f"Not deleted: {one['kind']} {one['id'].rpartition('/')[2]}",
                "detail": failures.cut(one["reason"]),
                "remedy": LEFT_REMEDY,
                "azure_code": one["azure_code"],
            }
            for one in left
        ]
        return said[: failures.WARNINGS]

    async def finish(
        self, session: AsyncSession, ticket: Ticket, state: State, result: TearDownResult | None, /
    ) -> None:
        """Its result is in the job, and the plan stays with it."""


def _refused(note: Note, refusal: AzureRejected) -> Note:
    """What is in use may be free in a moment: Azure is late to see what was deleted before."""
    return steps.refused(note, refusal.code, refusal.message[:500], is_final=refusal.code not in IN_USE)


def _named(resources: Sequence[Resource]) -> str:
    kinds = [one.kind.replace("_", " ") for one in resources]
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
