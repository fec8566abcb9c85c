"""R6: after a Retry-After no replica asks again before its time, and what somebody wants done is sent all the same.

Two replicas, whole but for the clock (tests/fleet.py), follow some vaults in a simulated Azure.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.azure.values import BackupOrder, ItemRef, VaultRef, VmRef
from app.simulator.faults import parse_fault
from app.simulator.world import SUBSCRIPTION
from tests.fleet import Fleet, Make, fleet
from tests.whole import some_of

BOUND = 3600.0
VAULTS = 3
REFUSALS: list[tuple[dict[str, Any], float]] = [
    ({"status": 429, "retry_after": "300"}, 300.0),
    ({"status": 429, "retry_after": {"date_in": 300}}, 300.0),
    ({"status": 429, "retry_after": "86400000"}, BOUND),
    ({"status": 429, "retry_after": "90"}, 90.0),
    ({"status": 503, "retry_after": "300"}, 300.0),
]
"""An answer, and for how many seconds nobody may ask again."""
NO_TIME_FOR_ALL: list[dict[str, Any]] = [{"status": 503}, {"status": 429}, {"status": 500, "retry_after": "300"}]


@pytest.fixture
async def made(database_url: str) -> AsyncIterator[Fleet]:
    async with fleet(database_url, Make(vaults=VAULTS, jobs=2 * VAULTS, replicas=2)) as made:
        await made.follow(120)
        yield made


async def refuse_one_list(made: Fleet, **answer: Any) -> float:
    """Until Azure has refused a list with this answer: when that was."""
    asked = {"match": {"method": "GET", "path": "/backupJobs$"}, "times": 1, "effect": "status_before", **answer}
    made.simulator.faults.waiting.append(parse_fault(asked))
    while not made.simulator.faults.waiting[0].hits:
        await made.follow(1)
    return made.clock.now


def order(made: Fleet) -> BackupOrder:
    vault = made.machines[0].vault
    item = ItemRef(
        VaultRef(SUBSCRIPTION, vault.resource_group, vault.name), VmRef(SUBSCRIPTION, "rg-demo", made.machines[0].name)
    )
    return BackupOrder(item, datetime.fromtimestamp(made.clock.now, UTC) + timedelta(days=9))


@pytest.mark.parametrize(("answer", "seconds"), some_of(REFUSALS, short=2))
async def test_no_replica_lists_before_its_time_and_triggers_still_flow(
    made: Fleet, answer: dict[str, Any], seconds: float
) -> None:
    refused_at = await refuse_one_list(made, **answer)
    lists, triggers = made.requests["list_jobs"], made.requests["trigger"]
    while made.clock.now < refused_at + seconds - 30:
        await made.follow(20)
        for azure in made.azures:
            await azure.backups.trigger(order(made), request_id=uuid4())
            triggers += 1
    await made.follow(refused_at + seconds - 2 - made.clock.now)
    assert made.requests["list_jobs"] == lists, "not one, from nobody"
    assert made.requests["trigger"] == triggers, "every one, from everybody"
    waiting = made.connection.execute("SELECT DISTINCT waiting_reason FROM jobs WHERE state = 'running'").fetchall()
    assert ("throttled",) in waiting, "a waiting job says why"
    await made.follow(120)
    assert made.requests["list_jobs"] >= lists + VAULTS, "and then all vaults are looked at again"


@pytest.mark.parametrize("answer", some_of(NO_TIME_FOR_ALL, short=1))
async def test_what_names_no_time_for_all_holds_back_one_vault_only(made: Fleet, answer: dict[str, Any]) -> None:
    await refuse_one_list(made, **answer)
    lists = made.requests["list_jobs"]
    await made.follow(60)
    assert made.requests["list_jobs"] >= lists + VAULTS - 1


async def test_an_exhausted_list_budget_leaves_the_triggers_alone(made: Fleet) -> None:
    made.simulator.limits.change({"limits": [{"classes": ["list_jobs"], "count": 5, "sliding_seconds": 3600}]})
    await made.follow(300)
    lists = made.requests["list_jobs"]
    for azure in made.azures:
        await azure.backups.trigger(order(made), request_id=uuid4())
    await made.follow(600)
    assert made.requests["list_jobs"] - lists <= 6, "a limit that shrank is noticed at once"
    assert made.requests["trigger"] == 2
