"""Whole processes whose wall clock is ten minutes off, in either direction, side by side: two APIs and two workers.

Azure, Postgres and the callers' issuer have the right time. Helped along: what is left of a dead worker's leases passes
thirty times faster, and were one wrong, it would stay as wrong in proportion; and the quarter of an hour between two
looks for what others began in a vault has always passed.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from app.jobs.loops.submit import LEASE
from tests.simulator.process import running_simulator
from tests.stories.elsewhen import (
    LOOK_SECONDS,
    PATIENCE_SECONDS,
    SETTLE_SECONDS,
    TRUE_TO,
    Api,
    Claim,
    Stage,
    Worker,
    issuer,
)
from tests.whole import only_whole

OFF = 600.0
LEASE_SECONDS = LEASE.total_seconds()
FASTER = 30
SPREAD = timedelta(seconds=121)
"""Azure begins the backups of a run within two minutes."""
LATE_SECONDS = 15.0
"""What is ten minutes late would be 20 s late where the rest of a lease passes faster, and not found out before the
test gives up where it is an age."""


@pytest.fixture
async def stage(database_url: str, signing_key: rsa.RSAPrivateKey, tmp_path: Path) -> AsyncIterator[Stage]:
    with running_simulator("--time-scale", "3000") as (simulator, _), issuer(signing_key) as trusted:
        made = Stage(database_url, simulator, trusted, tmp_path)
        yield made
        await made.aclose()


async def refused(there: Stage, api: Api, **times: float) -> str | None:
    """What the API says of a token with these times, in seconds from now; None: it is taken."""
    async with there.issuer.caller(api.url, **times) as caller:
        answer = await caller.get("/v1/vaults")
    assert api.is_its_time(parsedate_to_datetime(answer.headers["Date"]))
    if answer.status_code == 200:
        return None
    assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    return str(answer.json()["detail"])


async def tokens_are_judged_by_the_apis_own_clock(there: Stage, fast: Api, slow: Api) -> None:
    """Each moment of a token comes ten minutes early or late, its end too: docs/reliability.md says so."""
    for api in (fast, slow):
        assert await refused(there, api, begins_in=-OFF - TRUE_TO, ends_in=OFF + TRUE_TO) is None
    assert await refused(there, fast, begins_in=0) is None
    assert await refused(there, slow, begins_in=0) == "The token was refused: it is not valid yet."
    for ends_in in (OFF / 2, -OFF / 2):
        assert await refused(there, fast, ends_in=ends_in) == "The token was refused: it has expired."
        assert await refused(there, slow, ends_in=ends_in) is None


async def a_job_has_the_databases_times_and_a_live_reading_its_apis(
    there: Stage, item: str, apis: Sequence[Api]
) -> None:
    (backup,) = (await there.get("/v1/jobs", kind="backup"))["items"]
    for name in ("created_at", "started_at", "finished_at", "updated_at"):
        age = datetime.now(UTC) - datetime.fromisoformat(backup[name])
        assert timedelta(seconds=-1) < age < timedelta(minutes=5)
    by_id = datetime.fromtimestamp((UUID(backup["id"]).int >> 80) / 1000, UTC)
    assert abs(abs((by_id - datetime.now(UTC)).total_seconds()) - OFF) < TRUE_TO, "its id was made by a wrong clock"
    for api in apis:
        async with there.issuer.caller(api.url) as caller:
            (point,) = (await caller.get(f"/v1/protected-items/{item}/recovery-points")).json()["items"]
        assert api.is_its_time(datetime.fromisoformat(point["as_of"]))


async def claims_of_the_living_are_left_alone(there: Stage, item: str, one: Worker, other: Worker) -> list[str]:
    """Each has a restore on its way for a while, and the other one looks for what has no owner."""
    jobs = []
    for idle in (other, one):
        job, lease = await there.restore_that_azure_keeps_waiting(item, idle=idle, seconds=2.5)
        assert abs(lease.seconds - LEASE_SECONDS) < 1
        jobs.append(job)
    for job, holder in zip(jobs, (one, other), strict=True):
        await there.ended(job)
        assert [attempt["state"] for attempt in there.sent(job)] == ["accepted"]
        assert holder.said_of("submit.verdict", job)
    return jobs


async def what_is_lost_is_found_or_sent_again_after_settle(there: Stage, item: str) -> list[str]:
    """Two answers are lost: Azure has acted on one request, and never read the other."""
    await there.faults("drop_after", "drop_before")
    jobs = [await there.restore(item), await there.restore(item)]
    await asyncio.gather(*(there.ended(job) for job in jobs))
    acted, absent = sorted((there.sent(job) for job in jobs), key=len)
    assert [attempt["state"] for attempt in acted] == ["found"]
    assert [attempt["state"] for attempt in absent] == ["retired", "accepted"]
    apart = (absent[1]["opened_at"] - absent[0]["opened_at"]).total_seconds()
    assert SETTLE_SECONDS < apart < SETTLE_SECONDS + LATE_SECONDS
    return jobs


async def what_the_dead_one_had_sent_is_found(there: Stage, job: str, lease: Claim, heir: Worker) -> None:
    """Neither before the lease has ended, nor ten minutes later; and it is not sent again."""
    assert abs(lease.seconds - LEASE_SECONDS) < 1
    end = there.let_leases_pass(job, FASTER)
    await there.ended(job)
    (found,) = there.rows("SELECT at FROM job_events WHERE job_id = %s AND observation = 'found'", UUID(job))
    assert 0 <= (found["at"] - end).total_seconds() < LATE_SECONDS
    assert [attempt["state"] for attempt in there.sent(job)] == ["found"]
    assert heir.said_of("reconcile.finding", job)


async def what_others_began_is_taken_in_once(there: Stage, count: int) -> None:
    """So many backups that nobody here has asked for are known, and followed to their end."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            there.rows(
                "UPDATE vault_watches SET taken_in_at = taken_in_at - interval '1 hour', "
                "vault_read_at = vault_read_at - interval '1 hour', due_at = clock_timestamp()"
            )
            jobs = (await there.get("/v1/jobs", origin="azure"))["items"]
            assert len(jobs) <= count
            if [job["state"] for job in jobs] == ["succeeded"] * count:
                return
            await asyncio.sleep(LOOK_SECONDS)


def next_half_hour() -> datetime:
    soon = datetime.now(UTC) + timedelta(minutes=32)
    return soon.replace(minute=soon.minute // 30 * 30, second=0, microsecond=0)


@only_whole
async def test_apis_and_workers_ten_minutes_off_in_both_directions_do_everything_once(stage: Stage) -> None:
    there, run = stage, next_half_hour()
    async with AsyncExitStack() as owned:
        apis = [owned.enter_context(there.api(f"api{off}", off)) for off in (OFF, -OFF)]
        fast, slow = [owned.enter_context(there.worker(f"worker{off}", off)) for off in (OFF, -OFF)]
        await asyncio.gather(*(there.ready(api) for api in apis), fast.ready(), slow.ready())
        await tokens_are_judged_by_the_apis_own_clock(there, *apis)
        await owned.enter_async_context(there.calling(*apis))
        item = await there.protected_and_backed_up(run)
        await a_job_has_the_databases_times_and_a_live_reading_its_apis(there, item, apis)
        jobs = await claims_of_the_living_are_left_alone(there, item, fast, slow)
        await there.another_tool_backs_up()
        jobs += await what_is_lost_is_found_or_sent_again_after_settle(there, item)
        await what_others_began_is_taken_in_once(there, 1)
        orphaned, lease = await there.restore_that_azure_keeps_waiting(item, idle=slow, seconds=1)
        fast.die()
        await there.another_tool_backs_up()
        lost, _ = await asyncio.gather(
            what_is_lost_is_found_or_sent_again_after_settle(there, item),
            what_the_dead_one_had_sent_is_found(there, orphaned, lease, slow),
        )
        jobs += [orphaned, *lost]
        await what_others_began_is_taken_in_once(there, 2)
        await there.advance_to(run + SPREAD)
        await what_others_began_is_taken_in_once(there, 3)
        ended = [await there.ended(job) for job in jobs]
        assert sorted(job["azure"]["activity_id"] for job in ended) == await there.triggers("restore")
        fast.check_wrong()
        slow.check_wrong()
