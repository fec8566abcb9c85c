"""Whatever Azure may call a VM or its group can be used here, from the refresh that takes it in to the deletion."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import pytest

from app.core.letter_case import fold_case
from tests.protection.outside_steps import protected_outside
from tests.whole import some_of
from tests.world import DISKS, KEEP, World

ODD = [
    ("v" * 64, "rg-demo"),
    ("v" * 80, "rg-demo"),
    ("ends-with-", "rg-demo"),
    ("ends_with_", "rg-demo"),
    ("ends.", "rg-demo"),
    ("\u0130STANBUL", "rg-demo"),
    ("stra\u00dfe", "Gr\u00fcn(alt)"),
    ("web", "(rg)_-.x"),
    ("a b", "\u7d44"),
    ("_old", "rg-demo"),
    ("a'b", "rg-demo"),
]
"""(VM, resource group)."""
ACCOUNT = DISKS["staging_storage_account_id"]


@pytest.mark.usefixtures("hurried")
async def test_vms_of_odd_names_live_a_whole_life_here(world: World) -> None:
    vault = await world.vault()
    vms = [await protected_outside(world, vault, *odd) for odd in some_of(ODD, short=5)]
    world.advance(600)
    await world.done(f"/v1/vaults/{vault['id']}/refresh", {})
    items = (await world.api.get("/v1/protected-items?limit=100")).json()["items"]
    assert {fold_case(item["vm_id"]) for item in items} == {fold_case(vm.id) for vm in vms}
    paths = {f"/v1/protected-items/{item['id']}": item["vm_id"] for item in items}
    for path, vm in paths.items():
        found = (await world.api.get("/v1/protected-items", params={"vm_id": fold_case(vm)})).json()["items"]
        assert [f"/v1/protected-items/{one['id']}" for one in found] == [path]
    await _all(world, "POST", {f"{path}/backups": {"retain_until": KEEP} for path in paths})
    points = {path: (await world.api.get(f"{path}/recovery-points")).json()["items"][0]["id"] for path in paths}
    mine = {"mode": "replace_disks", "staging_storage_account_id": ACCOUNT}
    await _restored(world, [_restore(path, points[path], DISKS) for path in paths])
    own = {path: mine | {"confirm_vm_id": fold_case(vm)} for path, vm in paths.items()}
    await _restored(world, [_restore(path, points[path], own[path]) for path in paths])
    for body in ({"action": "pause"}, {"action": "resume", "policy_id": items[0]["policy_id"]}):
        await _all(world, "PATCH", dict.fromkeys(paths, body))
    await _all(world, "DELETE", {path: {} for path in paths})
    await _all(world, "POST", {f"{path}/undelete": {} for path in paths})


def _restore(path: str, point: str, target: Mapping[str, Any]) -> dict[str, Any]:
    item_id = path.rpartition("/")[2]
    return {"protected_item_id": item_id, "recovery_point": {"id": point}, "target": target}


async def _restored(world: World, bodies: Sequence[Mapping[str, Any]]) -> None:
    await _ended(world, [await world.api.post("/v1/restores", json=body) for body in bodies])


async def _all(world: World, method: str, asked: Mapping[str, Mapping[str, Any]]) -> None:
    await _ended(world, [await world.api.request(method, path, json=body) for path, body in asked.items()])


async def _ended(world: World, answers: Sequence[httpx.Response]) -> None:
    """Every one was accepted, and ended well."""
    assert {answer.status_code for answer in answers} == {202}, [answer.text for answer in answers]
    await world.settle()
    jobs = [(await world.api.get(answer.headers["Location"])).json() for answer in answers]
    assert {job["state"] for job in jobs} == {"succeeded"}, [job for job in jobs if job["state"] != "succeeded"]
