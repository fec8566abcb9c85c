"""The loop `testing`: begins the rounds of schedules, and takes each run on, step by step.

It asks `rules.next_step` what follows from the rows, does that, and writes what came of it under the run's fence. What
asks Azure is done between two transactions. A worker that dies anywhere leaves a row from which another one goes on.
"""

import asyncio
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure import names
from app.azure.errors import AzureError, AzureNotActed, AzureRejected, AzureUnknown
from app.azure.gate import at_low_priority
from app.azure.ports import Azure
from app.core.db.database import Database
from app.core.db.lease_renewal import run_with_lease
from app.core.errors import ServiceError, TooManyRequests, Unavailable
from app.core.gather_isolated import gather_isolated
from app.core.secret_box import SecretBox, SecretUnreadable
from app.evidence.keys import EvidenceKeys
from app.jobs.api.actions import Works
from app.protection.items import ItemInAzure, backed_up_vms
from app.recovery_plans.preflight import examine_all
from app.recovery_runs.errors import PointsNotKnown, RunOpen
from app.restore_tests import levels, rules
from app.restore_tests.levels import Judged, Level
from app.restore_tests.plans import plan_id_of
from app.restore_tests.rules import Outcome, RunState, Step, next_level, next_step
from app.restore_tests.runs import begin, concluding, due, ending, looks, planned, pruning, store, verdicts
from app.restore_tests.runs.store import Claimed, Held
from app.restore_tests.script_secrets import SecretsChanged, opened
from app.restores.checks.isolation import in_group
from app.restores.checks.known_machines import known_now
from app.restores.checks.target_looks import RecentLooks, check_isolated

log = structlog.get_logger()

EVERY_SECONDS: Final = 2.0
"""How often runs are looked at that nothing named."""
AT_ONCE: Final = 32
LONGEST_LOOK_SECONDS: Final = 300.0
"""For so long the lease of a run is renewed while Azure is asked."""
MOST_STEPS: Final = 8
"""Of one run in a row."""


class TestLoop:
    def __init__(
        self,
        database: Database,
        azure: Azure,
        works: Works,
        box: SecretBox,
        keys: EvidenceKeys,
        *,
        poll_seconds: float,
    ) -> None:
        self._database = database
        self._azure = azure
        self._works = works
        self._box = box
        self._keys = keys
        self._poll = poll_seconds
        self._recent = RecentLooks()
        self._prunes_at = 0.0

    async def run_once(self) -> float | None:
        """Take every due run as far as it goes. Returns the seconds until more are due."""
        await self._prune()
        if self._keys.can_sign:
            async with self._database.begin() as session:
                await ending.sign_unsigned(session, self._keys, self._works, limit=AT_ONCE)
        until_round = await due.begin_due_rounds(self._database, can_sign=self._keys.can_sign)
        async with self._database.begin() as session:
            await store.bring_forward(session)
            claimed = await store.claim_due(session, limit=AT_ONCE)
            if not claimed:
                waits = [one for one in (await store.due_in(session), until_round) if one is not None]
                return min(waits, default=None)
        await gather_isolated(self._lead(one) for one in claimed)
        return 0.0

    async def _prune(self) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._prunes_at:
            self._prunes_at = now + pruning.EVERY_SECONDS
            async with self._database.begin() as session:
                await pruning.prune(session)

    async def _lead(self, claimed: Claimed) -> None:
        """Take one run as far as it goes now, and renew its lease meanwhile."""
        structlog.contextvars.bind_contextvars(restore_test_run_id=str(claimed.id))

        async def go_on() -> float | None:
            async with self._database.begin() as session:
                return await store.go_on(session, claimed)

        leading = self._go_on(claimed)
        if not await run_with_lease(leading, go_on, leased_for=claimed.leased_for, longest=LONGEST_LOOK_SECONDS):
            log.info("restore_test_run.taken_over")

    async def _go_on(self, claimed: Claimed) -> None:
        for _ in range(MOST_STEPS):
            if not await self._take_step(claimed):
                return
        async with self._database.begin() as session:
            await store.put_off(session, claimed, 0.5)

    async def _take_step(self, claimed: Claimed) -> bool:
        """Whether the next step may follow at once."""
        async with self._database.begin() as session:
            held = await store.hold(session, claimed)
            if held is None:
                return False
            await begin.note_approval(session, held)
            await planned.stop(session, held, self._works)
            is_turn = held.row.state == RunState.WAITING and await store.is_its_turn(session, held)
            view = held.view(is_its_turn=is_turn)
            step = next_step(view)
            match step:
                case Step.NOTHING:
                    if held.row.state == RunState.WAITING:
                        store.wait(held, store.NOT_ITS_TURN)
                    await store.put_off(session, claimed, rules.seconds_to_next_look(view, self._poll))
                    return False
                case Step.BEGIN | Step.LOOK:
                    pass
                case _:
                    return await self._decide(session, held, step)
        return await (self._begin(claimed, held) if step is Step.BEGIN else self._look(claimed, held))

    # --- without Azure -------------------------------------------------------------------------------------------
    async def _decide(self, session: AsyncSession, held: Held, step: Step) -> bool:
        """Whether the run goes on: its row says all that is needed."""
        row = held.row
        match step:
            case Step.RESTORE_ENDED:
                restore = held.restore
                began, ended = (restore.started_at, restore.finished_at) if restore else (None, None)
                store.move(held, RunState.VERIFYING, restore_began_at=began, restored_at=ended)
            case Step.RESTORE_FAILED:
                await concluding.restore_failed(session, held)
            case Step.WITHDRAW:
                await begin.withdraw_restore(session, held, self._works)
                return row.state != RunState.ENDED
            case Step.TIME_OUT:
                await concluding.time_out(session, held)
            case Step.CONCLUDE:
                await ending.conclude(session, held, Outcome.PROVEN)
            case Step.GIVE_UP:
                await concluding.give_up(session, held, self._keys)
            case Step.TEAR_DOWN:
                return await self._tear_down(session, held)
            case Step.TAKE_STOCK:
                await concluding.take_stock(session, held, self._keys)
            case _:
                await ending.end(session, held, self._keys, begin.not_ended(held))
        return row.state != RunState.ENDED

    async def _tear_down(self, session: AsyncSession, held: Held) -> bool:
        if held.row.state != RunState.TEARING_DOWN:
            store.move(held, RunState.TEARING_DOWN)
        try:
            async with session.begin_nested():
                await begin.begin_teardown(session, held)
        except ServiceError as no:
            left = [{"id": f"/v1/restores/{held.row.restore_id}/resources", "reason": no.detail}]
            await ending.end(session, held, self._keys, left)
            return False
        if held.row.tear_down_job_id is None:
            await ending.end(session, held, self._keys)
            return False
        await store.put_off(session, Claimed(held.row.id, held.row.fence), self._poll)
        return False

    # --- with Azure ----------------------------------------------------------------------------------------------
    async def _begin(self, claimed: Claimed, held: Held) -> bool:
        """Ask for its restore, or for the rehearsal of its plan; what cannot be done now is tried again."""
        if not self._keys.can_sign:
            return await self._wait(claimed, ending.NO_KEY)
        is_of_plan = plan_id_of(held.definition) is not None
        try:
            return await (self._begin_of_plan(claimed, held) if is_of_plan else self._begin_alone(claimed, held))
        except (TooManyRequests, PointsNotKnown, RunOpen) as later:
            return await self._wait(claimed, later.detail)
        except Unavailable:  # the database is busy, say: nothing was decided
            raise
        except ServiceError as no:
            return await self._not_proven(claimed, no.detail)
        except (AzureNotActed, AzureUnknown) as away:
            return await self._wait(claimed, f"Azure cannot be asked now: {away}")
        except AzureRejected as no:
            return await self._not_proven(claimed, f"Azure refused ({no.code}): {no.message}")

    async def _begin_alone(self, claimed: Claimed, held: Held) -> bool:
        """Choose the point and look at the target, then ask for the restore."""
        said = held.definition
        async with self._database.begin() as session:
            item = await begin.item_of(session, held)
            of_group = in_group(said["target"]["resource_group_id"], await backed_up_vms(session, held.row.tenant))
        known = known_now(self._database, held.row.tenant)
        found = await looks.before_restore(self._azure, self._recent, item, said, known, held.now)
        check_isolated(said["target"]["subnet_id"], [*of_group, *found.findings])
        return await self._ask_restore(claimed, item, found)

    async def _begin_of_plan(self, claimed: Claimed, held: Held) -> bool:
        """Ask for the rehearsal of the plan, or follow the restore that it made for this VM."""
        if held.rehearsal is None:
            return await self._rehearse(claimed, held)
        async with self._database.begin() as session:
            found = await planned.member(session, held)
            item = await planned.item_of(session, held) if found is not None and found.has_restore else None
        if found is None or found.is_over:
            return await self._not_proven(claimed, found.why if found is not None else planned.NOT_A_MEMBER)
        if item is None or found.decided is None or found.decided.point is None:
            return await self._wait(claimed, planned.NOT_ITS_WAVE)
        _, expected = await looks.disks_of(self._azure, item, found.decided.point.id)
        async with self._database.begin() as session:
            again = await store.hold(session, claimed)
            if again is not None and again.row.state == RunState.WAITING:
                await planned.join(session, again, found, expected)
        return again is not None

    async def _rehearse(self, claimed: Claimed, held: Held) -> bool:
        async with self._database.begin() as session:
            over = await planned.first_words(session, held) if held.row.position else None
            if over is None and held.now >= held.window_ends:
                over = "The rehearsal of the plan could not begin within its window."
            what = await planned.ahead(session, held, held.now) if over is None and not held.row.position else None
        if over is not None:
            return await self._not_proven(claimed, over)
        if what is None:
            return await self._wait(claimed, planned.NOT_BEGUN)
        known = known_now(self._database, held.row.tenant)
        with at_low_priority():
            report = await examine_all(self._azure, what.subjects, what.choice, known)
        async with self._database.begin() as session:
            again = await store.hold(session, claimed)
            if again is not None and again.row.state == RunState.WAITING and again.rehearsal is None:
                await planned.ask(session, again, what, report)
        return again is not None

    async def _ask_restore(self, claimed: Claimed, item: ItemInAzure, found: looks.Beginning) -> bool:
        async with self._database.begin() as session:
            held = await store.hold(session, claimed)
            if held is None:
                return False
            if held.row.state != RunState.WAITING or not await store.is_its_turn(session, held):
                return True
            await begin.begin_restore(session, held, item, found.point, found.expected)
        return True

    async def _wait(self, claimed: Claimed, why: str) -> bool:
        async with self._database.begin() as session:
            held = await store.hold(session, claimed)
            if held is not None:
                store.wait(held, why)
                await session.flush()
                await store.put_off(session, claimed, self._poll)
        return False

    async def _not_proven(self, claimed: Claimed, why: str) -> bool:
        async with self._database.begin() as session:
            held = await store.hold(session, claimed)
            if held is not None:
                await concluding.end_untested(session, held, self._keys, why)
        return held is not None and held.row.state != RunState.ENDED

    async def _look(self, claimed: Claimed, held: Held) -> bool:
        """Look at the level that comes next, and write what was found."""
        view, row = held.view(), held.row
        level = next_level(view.levels, view.passed)
        try:
            match level:
                case Level.RESTORED:
                    expected = looks.expected_of(row.expected or {})
                    source, point_at = names.read_vm_id(row.vm_id), begin.point_time_of(row)
                    judged = await looks.look_at_disks(self._azure, str(row.machine_id), expected, source, point_at)
                case Level.BOOTS:
                    since = row.restore_began_at or row.created_at
                    judged = await looks.look_at_boot(self._azure, str(row.machine_id), since)
                case Level.ANSWERS:
                    judged = await self._answers(claimed, held)
                case _:
                    judged = await self._your_check(claimed, held)
        except AzureError as error:
            code = error.code if isinstance(error, AzureRejected) else None
            judged = Judged("waiting", f"Azure cannot be asked now: {error}", azure_code=code, is_away=True)
        return level is not None and await self._note(claimed, level, judged)

    async def _answers(self, claimed: Claimed, held: Held) -> Judged:
        row, script = held.row, held.definition["script"]
        run = await looks.look_at_script(self._azure, str(row.machine_id)) if row.script_started else None
        if run is not None:
            return levels.judge_script(run)
        async with self._database.begin() as session:
            again = await store.hold(session, claimed)
            if again is None:
                return Judged("waiting", "Another worker has it.")
            again.row.script_started = True
            kept = await store.secrets_of(session, row.id)
        try:
            secrets = opened(self._box, kept, script.get("secrets_digest"))
        except SecretUnreadable:
            return Judged("failed", "The secret parameters of the script cannot be read.", remedy=SECRETS_REMEDY)
        except SecretsChanged:
            words = "The secret parameters of the script are not those of the definition."
            return Judged("failed", words, remedy="Write the secret parameters again, and run the test again.")
        await looks.start_script(self._azure, str(row.machine_id), script, secrets, row.id)
        return Judged("waiting", "The script was sent.")

    async def _your_check(self, claimed: Claimed, held: Held) -> Judged:
        verdict = held.row.verdict
        if verdict is None:
            async with self._database.begin() as session:
                again = await store.hold(session, claimed)
                if again is not None and again.row.token_digest is None:
                    await verdicts.ask(session, again)
            return Judged("waiting", "The verdict of your own check has not come.")
        words = verdict["detail"] or ("Your own check passed." if verdict["passed"] else "Your own check failed.")
        return Judged("passed" if verdict["passed"] else "failed", words, facts=verdict)

    async def _note(self, claimed: Claimed, level: Level, judged: Judged) -> bool:
        async with self._database.begin() as session:
            held = await store.hold(session, claimed)
            if held is None or held.row.state != RunState.VERIFYING:
                return False
            if judged.verdict == "waiting" and (judged.is_away or not rules.is_late(held.view(), level)):
                store.wait(held, judged.detail)
                await session.flush()
                await store.put_off(session, claimed, rules.seconds_to_next_look(held.view(), self._poll))
                return False
            if judged.verdict == "not_proven":
                await ending.conclude(session, held, Outcome.NOT_PROVEN, detail=judged.detail)
                return True
            if judged.verdict == "waiting":
                await concluding.too_late(session, held, level, judged)
                return True
            given = held.definition["script"] if level is Level.ANSWERS else held.row.expected
            at = (judged.at or held.now).isoformat()
            measured = ending.measured_by(held, level, judged) if judged.verdict == "passed" else {}
            store.note_level(held, ending.entry_of(level, judged, at=at, given=given), measured=measured)
            if judged.verdict == "failed":
                await ending.conclude(session, held, Outcome.FAILED, failed_level=level, detail=judged.detail)
        return True


SECRETS_REMEDY: Final = "Operators: see HOLDFAST_SECRETS_KEYS. Or write the secret parameters again."
