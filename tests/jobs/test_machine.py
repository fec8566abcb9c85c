"""Every order of events (protocol.py) against a ledger in memory: quick, so hypothesis tries thousands of them."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from hypothesis import settings

from app.azure.values import AzureJob
from app.jobs.lifecycle import Observation, State, after
from app.jobs.loops.submit import LEASE
from app.jobs.sweep.matching import Tracked
from tests.jobs.protocol import Claim, Machine, is_followed, observed, on_record, ticket_of
from tests.whole import of_walk

S = State
COUNTED = {"not_acted", "refused"}
"""Attempts that certainly never reached Azure: nobody looks for them."""


@dataclass(slots=True)
class InMemory:
    """What the store promises, without a store: a verdict counts only while fence and state still stand."""

    job_id: UUID = field(default_factory=uuid4)
    now_in: State = S.QUEUED
    fence: int = 0
    lease: float = 0.0
    on_record: dict[UUID, str] = field(default_factory=dict)
    ages: dict[UUID, float] = field(default_factory=dict)
    azure_job_id: str | None = None
    activity_id: UUID | None = None

    def state(self) -> State:
        return self.now_in

    def attempts(self) -> dict[UUID, str]:
        return self.on_record

    def claim(self) -> Claim | None:
        if self.now_in is not S.QUEUED or self.lease > 0:
            return None
        attempt = uuid4()
        self.now_in, self.on_record[attempt], self.ages[attempt] = after(S.QUEUED, Observation.CLAIMED), "open", 0.0
        self._lease()
        return Claim(ticket_of(self.job_id, self.now_in, self.fence), attempt)

    def take(self) -> Claim | None:
        if self.now_in is not S.SUBMITTING or self.lease > 0:
            return None
        self._lease()
        sought = tuple(on_record(one, self.ages[one]) for one, was in self.on_record.items() if was not in COUNTED)
        return Claim(ticket_of(self.job_id, self.now_in, self.fence), None, sought)

    def _lease(self) -> None:
        self.fence += 1
        self.lease = LEASE.total_seconds()

    def record(self, claim: Claim, seen: Observation, attempt: tuple[UUID, str] | None, job: AzureJob | None) -> bool:
        state = after(claim.ticket.state, seen)
        if (self.fence, self.now_in) != (claim.ticket.fence, claim.ticket.state):
            return False
        self.now_in, self.lease = state, 0.0
        if attempt is not None:
            self.on_record[attempt[0]] = attempt[1]
            if attempt[1] in {"accepted", "found"}:
                self.activity_id = attempt[0]
        self.azure_job_id = job.job_id if job else self.azure_job_id
        return True

    def tracked(self) -> Tracked | None:
        if not is_followed(self.now_in) or self.activity_id is None:
            return None
        ticket = ticket_of(self.job_id, self.now_in, self.fence, self.azure_job_id)
        newest = on_record(self.activity_id, 0.0)
        return Tracked(ticket, frozenset({self.activity_id}), newest.opened_at, 0.0, watched=False)

    def settle(self, job: AzureJob) -> None:
        self.now_in = after(self.now_in, observed(job))

    def withdraw(self) -> None:
        self.now_in = after(self.now_in, Observation.CANCELLED_UNSENT)

    def abandon(self) -> None:
        if self.lease > 0:
            return
        self.now_in = after(self.now_in, Observation.ABANDON_DECIDED)
        self.fence += 1
        self.on_record = {one: "retired" if was == "open" else was for one, was in self.on_record.items()}

    def pass_time(self, seconds: float) -> None:
        self.lease = max(0.0, self.lease - seconds)
        self.ages = {one: age + seconds for one, age in self.ages.items()}


class AnyOrder(Machine):
    def begin(self) -> None:
        self.ledger = InMemory()


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=of_walk(short=100, whole=300), stateful_step_count=40, deadline=None)
