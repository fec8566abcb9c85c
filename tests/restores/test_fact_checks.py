"""Facts alone, and weighed once more by the worker before anything is sent."""

from typing import Any

import pytest

from app.azure.point_values import RecoveryPoint
from app.azure.restore_values import DisksTarget
from app.core.clock import SystemClock
from app.core.errors import ServiceError
from app.restores.checks.fact_checks import Known, check_known
from app.simulator import seeding
from tests.restores.preflight_asks import ask
from tests.restores.restore_requests import NEW_VM, backed_up, look, restores
from tests.world import World, vm_id

TARGET = DisksTarget("disks", "/group", "/account")


def encrypted_in_the_pair_of(region: str, pair: str) -> Known:
    point = RecoveryPoint("1", SystemClock().now(), None, (), encrypted=True, region="secondary")
    return Known(TARGET, region, pair, is_secondary=True, point=point)


def test_an_encrypted_point_is_not_restored_in_another_geography() -> None:
    with pytest.raises(ServiceError) as refused:
        check_known(encrypted_in_the_pair_of("Brazil South", "southcentralus"))
    assert (refused.value.code, refused.value.pointer) == ("point_encrypted", "#/recovery_point/region")
    check_known(encrypted_in_the_pair_of("westus", "eastus"))


def test_what_is_not_known_refuses_nothing() -> None:
    check_known(Known(DisksTarget("disks", "/group", "/account", (5,), "1"), None, "westus", is_secondary=False))


CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "the point turns out to be encrypted": ({"encrypted": True}, "point_encrypted"),
    "the point was archived": ({"tier": "archive"}, "rehydration_needed"),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_fact_that_changed_after_the_restore_was_accepted_is_refused_before_it_is_sent(
    world: World, change: str
) -> None:
    changes, code = CHANGES[change]
    item = await backed_up(world)
    answer = await ask(world, "/v1/restores", item, NEW_VM, None)
    assert answer.status_code == 202, answer.text
    seeding.plant(world.simulator.world, {"points": [{"vm_id": vm_id("vm-web-01"), **changes}]})
    await world.settle()
    ended = await look(world, answer.json())
    assert (ended["state"], ended["error"]["code"]) == ("failed", code)
    assert ended["error"]["remedy"]
    assert restores(world) == []
