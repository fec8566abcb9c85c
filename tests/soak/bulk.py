"""Bulk requests under fire: 200 VMs backed up by one request with seven planted failures, while workers are killed.

The verdict is of the simulator's truth: every VM that could be backed up was, once, and none of the seven.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import uuid4

from tests.bench.caller import ask, request_bytes
from tests.bench.report import Figure
from tests.simulator.story import vm_id
from tests.soak.once import DROPPED, FAILED_AFTER, THROTTLED, apart, happened
from tests.soak.stage import SETTLE_SECONDS, Stage, Worker
from tests.soak.truth import triggers_so_far

SHORT_LEASES = """
CREATE TRIGGER soak BEFORE UPDATE ON bulk_requests FOR EACH ROW EXECUTE FUNCTION soak_short_lease();
"""
IS_OVER = "SELECT finished_at IS NOT NULL FROM jobs WHERE id = %s"
PAUSED, REFUSED, BARE = 3, 2, 2
"""Planted: items that are paused, VMs whose backup Azure refuses, VMs that are not protected."""
PLANTED = {"protected_item_not_ready": PAUSED, "azure_refused": REFUSED, "protected_item_not_found": BARE}
KEEP = "2036-01-31T00:00:00Z"
PATIENCE_SECONDS = 300.0


async def bulk_under_fire(stage: Stage, *, targets: int, seed: int, every: float = 2.0) -> list[Figure]:
    """One of four workers is SIGKILLed every two seconds; at the end the same request is sent again."""
    dice = random.Random(seed)  # noqa: S311 - a seed makes it repeatable
    stage.run(SHORT_LEASES)
    names = [f"vm-bulk-{number}" for number in range(targets)]
    with stage.workers(2):
        await _protect(stage, names)
    await _plant(stage, names)
    before, times = await triggers_so_far(stage), [time.monotonic()]

    async def kill(workers: list[Worker]) -> None:
        while True:
            await asyncio.sleep(every)
            worker = dice.choice(workers)
            worker.kill()
            times.append(time.monotonic())
            worker.come_back()

    body = {"action": "backup", "vm_ids": _ids(names), "with": {"retain_until": KEEP}, "max_in_flight": 50}
    key = str(uuid4())
    with stage.workers(4) as workers:
        await asyncio.gather(*(worker.ready() for worker in workers))
        killing = asyncio.create_task(kill(workers))
        try:
            job = await _ask(stage, body, key)
            took = await _until_over(stage, job)
        finally:
            killing.cancel()
            with suppress(asyncio.CancelledError):
                await killing
        await stage.control("DELETE", "faults")
        figures = await _figures(stage, job, names, before, took)
        again = await _ask(stage, body, key)
        await asyncio.sleep(5 * every)  # what it would repeat would have been sent by now
    repeated = len(await _backed_up(stage, before)) - int(figures[1].value)
    return [
        *figures,
        Figure("bulk_repeat_is_the_same", "  the same key again: the same job", again == job, "", (1, True)),
        Figure("bulk_repeat_triggers", "  backups that it repeated", repeated, "", (0, False)),
        happened("bulk_kills", "kills", len(times) - 1),
        apart("bulk_kills_apart", times, every),
    ]


def _ids(names: Sequence[str]) -> list[str]:
    return [vm_id(one) for one in names]


async def _ask(stage: Stage, body: Mapping[str, Any], key: str) -> str:
    """Asked for until it is accepted: its job."""
    headers = stage.api.headers | {"Idempotency-Key": key}
    answer = await ask(stage.api.url, request_bytes("POST", "/v1/bulk", headers, body))
    if answer.status != 202:
        raise RuntimeError(f"the bulk request was not accepted: {answer.status} {answer.json()}")
    return str(answer.json()["id"])


async def _until_over(stage: Stage, job: str) -> float:
    began = time.monotonic()
    await stage.until(IS_OVER, job, seconds=PATIENCE_SECONDS + 2 * SETTLE_SECONDS)
    return time.monotonic() - began


async def _protect(stage: Stage, names: Sequence[str]) -> None:
    """All but the bare ones, in the first vault; some are paused. By bulk requests, in peace."""
    await stage.control("POST", "seed", {"vms": [{"name": one} for one in names]})
    vault = (await stage.api.get("/v1/vaults"))["items"][0]["id"]
    policies = (await stage.api.get(f"/v1/vaults/{vault}/policies"))["items"]
    policy = next(one["id"] for one in policies if one["name"] == "DefaultPolicy")
    protect = {"action": "protect", "vm_ids": _ids(names[:-BARE]), "with": {"policy_id": policy}, "max_in_flight": 100}
    pause = {"action": "pause", "vm_ids": _ids(names[:PAUSED])}
    for body in (protect, pause):
        job = await _ask(stage, body, str(uuid4()))
        await _until_over(stage, job)
        ended = await stage.api.get(f"/v1/jobs/{job}")
        if ended["state"] != "succeeded":
            raise RuntimeError(f"{body['action']}: {ended['state']} {ended['counts']}")


async def _plant(stage: Stage, names: Sequence[str]) -> None:
    """Refusals of two VMs; and of all backups 5 % of answers cut after Azure acted, 2 % 503 after it, 2 % 429."""
    for name in names[PAUSED : PAUSED + REFUSED]:
        match = {"method": "POST", "path": f"{name}/backup$"}
        refusal = {"status": 400, "code": "UserErrorNoSuch"}
        await stage.control("POST", "faults", {"match": match, "times": None, "effect": "status_before", **refusal})
    odds: list[tuple[str, float, dict[str, Any]]] = [
        ("drop_after", DROPPED, {}),
        ("status_after", FAILED_AFTER, {"status": 503}),
        ("status_before", THROTTLED, {"status": 429, "retry_after": "1"}),
    ]
    for effect, probability, more in odds:
        match = {"method": "POST", "path": "/backup$"}
        fault: dict[str, Any] = {"match": match, "times": None, "effect": effect, "probability": probability}
        await stage.control("POST", "faults", fault | more)


async def _backed_up(stage: Stage, before: set[str]) -> list[str]:
    """The VM of each backup that Azure was made to do, by its name."""
    truth = await stage.control("GET", "truth")
    new = [one for one in truth["triggers"] if one["kind"] == "backup" and one["client_request_id"] not in before]
    return [str(one["vm_id"]).rpartition("/")[2].lower() for one in new]


async def _figures(stage: Stage, job: str, names: Sequence[str], before: set[str], took: float) -> list[Figure]:
    good = set(names[PAUSED + REFUSED : -BARE])
    acted = Counter(await _backed_up(stage, before))
    found = await _targets(stage, job)
    outcomes = Counter(str(one["outcome"]) for one in found)
    problems = Counter(str(one["problem"]["code"]) for one in found if one["problem"])
    children = stage.rows("SELECT count(*) FROM jobs WHERE parent_id = %s", job)[0][0]
    ended = await stage.api.get(f"/v1/jobs/{job}")
    note = f"{dict(outcomes)}; {dict(problems)}; job {ended['state']}; {children} jobs; {took:.0f} s"
    count = len(good)
    return [
        Figure("bulk_done", "Bulk, workers killed: targets done", outcomes["succeeded"], "", (count, True), note),
        Figure("bulk_acted", "  backups that Azure made", sum(acted.values()), "", (count, False)),
        Figure("bulk_once", "  VMs backed up exactly once", sum(acted[one] == 1 for one in good), "", (count, True)),
        Figure("bulk_named", "  planted failures named", sum((problems & Counter(PLANTED)).values()), "", (7, True)),
        Figure("bulk_not_done", "  targets refused or failed", len(found) - outcomes["succeeded"], "", (7, False)),
    ]


async def _targets(stage: Stage, job: str) -> list[dict[str, Any]]:
    path, found = f"/v1/bulk/{job}/targets?limit=200", list[dict[str, Any]]()
    cursor = ""
    while True:
        page = await stage.api.get(path + cursor)
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"
