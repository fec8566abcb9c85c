"""Targets that lead to production, rounds that are cancelled, restores that are late, workers without a key."""

from datetime import datetime
from typing import Any

import pytest

from app.azure.errors import AzureUnreachable
from app.evidence.verification import verify
from app.restore_tests.levels import TOO_LATE, Level
from app.restore_tests.runs import looks
from app.restore_tests.runs.concluding import LATE_RESTORE
from app.restore_tests.runs.ending import NO_KEY
from tests.restore_tests.round_steps import (
    BODY,
    a_point,
    begun,
    control,
    defined,
    ended,
    fleet,
    followed,
    hold_role,
    isolated,
    run_tests,
    runs,
    time_passes,
    worker_of,
)
from tests.world import RG, World

SELECTED = {"selector": {"resource_groups": ["rg-demo"]}}


async def refused(world: World, **changes: Any) -> list[str]:
    """The ways for which a test is refused."""
    answer = await world.api.post("/v1/restore-tests", json=BODY | changes)
    assert (answer.status_code, answer.json()["code"]) == (422, "target_not_isolated"), answer.text
    assert answer.json()["remedy"]
    return [one["way"] for one in answer.json()["findings"]]


async def test_a_target_that_leads_to_production_is_refused_and_looked_at_again(world: World) -> None:
    item = await a_point(world)
    assert await refused(world) == ["subnet_missing"]
    await isolated(world)
    test = await defined(world)
    assert await refused(world, target=BODY["target"] | {"resource_group_id": RG}) == ["production_group"]
    await control(world, "seed", vms=[{"name": "vm-prod", "subnet_id": BODY["target"]["subnet_id"]}])
    assert await refused(world) == ["in_use"], "a VM that nothing here backs up may be production, too"
    (vault,) = (await world.api.get("/v1/vaults")).json()["items"]
    await world.item("vm-prod", vault)
    assert await refused(world) == ["production_vm"], "the target is production's subnet"
    await control(world, "seed", security_groups=[{"name": "nsg-tests", "resource_group": "rg-demo", "rules": []}])
    assert await refused(world) == ["internet", "production_vm"]
    remote = BODY["target"]["subnet_id"].rpartition("/subnets/")[0].replace("vnet-tests", "vnet-hub")
    peering = {"name": "to-hub", "remote_network_id": remote, "state": "Connected", "allow_access": True}
    routes = [{"name": "out", "addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance"}]
    await control(world, "seed", route_tables=[{"name": "rt", "resource_group": "rg-demo", "routes": routes}])
    table = f"{RG}/providers/Microsoft.Network/routeTables/rt"
    await isolated(world, peerings=[peering], gateway="vpn", subnets=[{"name": "default", "route_table_id": table}])
    assert await refused(world) == ["peering", "gateway", "no_security_group", "route", "production_vm"]
    await begun(world, test)
    await world.run_due()
    (run,) = await ended(world)
    assert (run["outcome"], run["state"], run["restore"]) == ("not_proven", "ended", None)
    assert "to-hub leads to vnet-hub" in run["detail"]
    assert [one for one in world.triggers if "restore" in str(one)] == []
    keys = (await world.api.get("/v1/evidence/keys")).content
    stated = verify((await world.api.get(f"/v1/restore-test-runs/{run['id']}/evidence")).content, keys).statement
    (subject,) = stated["subject"]
    assert (subject["name"], subject["annotations"]["recovery_point_id"]) == ("vm/vm-web-01", None)
    assert subject["annotations"]["vault_id"].endswith(f"/vaults/{vault['name']}")
    assert item["last_proven_at"] is None


async def test_what_a_round_made_goes_whatever_ends_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one world: another region, cancelled before it was sent and while it is kept, late, without a key."""
    await fleet(world, 1)
    await isolated(world)
    await control(world, "truth/inventory")
    test = await defined(world, keep_after_success_minutes=600, **SELECTED)
    await hold_role(world, "run_restore_test")
    await _elsewhere(world, test)
    await _cancelled_before_it_was_sent(world, test)
    await _cancelled_while_it_is_kept(world, test)
    await _late(world, test)
    await _azure_is_away(world, test, monkeypatch)
    await _without_a_key(world, test)
    inventory = await control(world, "truth/inventory", "GET")
    assert (inventory["appeared"], inventory["gone"]) == ([], [])


async def _begun(world: World, test: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A round whose restore was asked for, and not sent yet: its job and its run."""
    job = await begun(world, test)
    await world.run_due()
    await run_tests(world)
    return job, (await runs(world, job=job["id"]))[0]


async def _elsewhere(world: World, test: Any) -> None:
    """The subnet is in another region than the vault: the backup did not fail."""
    await isolated(world, location="eastus")
    job, _ = await _begun(world, test)
    await ended(world)
    (run,) = await runs(world, job=job["id"])
    assert (run["outcome"], run["failed_level"], run["left"]) == ("not_proven", None, []), run
    assert "eastus" in run["detail"]
    assert [one for one in world.triggers if "restore" in str(one)] == []
    await isolated(world)


async def _cancelled_before_it_was_sent(world: World, test: Any) -> None:
    job, run = await _begun(world, test)
    assert run["state"] == "restoring"
    assert (await world.api.post(f"/v1/jobs/{job['id']}/cancel")).status_code == 202
    await ended(world)
    (run,) = await runs(world, job=job["id"])
    assert (run["outcome"], run["detail"], run["left"]) == ("not_proven", "Its restore was cancelled.", [])
    assert (await world.api.get(f"/v1/jobs/{job['id']}")).json()["state"] == "cancelled"
    assert [one for one in world.triggers if "restore" in str(one)] == [], "nothing was sent"
    assert (await world.api.get(f"/v1/restore-test-runs/{run['id']}/evidence")).status_code == 200


async def _cancelled_while_it_is_kept(world: World, test: Any) -> None:
    job, _ = await _begun(world, test)
    await followed(world, lambda run: run["state"] in {"keeping", "ended"})
    assert (await world.api.post(f"/v1/jobs/{job['id']}/cancel")).status_code == 202
    await ended(world)
    (run,) = await runs(world, job=job["id"])
    assert (run["outcome"], run["left"]) == ("proven", [])


async def _late(world: World, test: Any) -> None:
    job, _ = await _begun(world, test)
    await world.run_due()
    assert [one for one in world.triggers if "restore" in str(one)] != [], "it is in Azure"
    await time_passes(world, 26 * 60)
    await run_tests(world)
    (run,) = await runs(world, job=job["id"])
    seen = (run["state"], run["outcome"], run["failed_level"], run["waits_for"])
    assert seen == ("tearing_down", "timed_out", "restored", LATE_RESTORE)
    assert run["levels"][0]["remedy"] == TOO_LATE[Level.RESTORED]
    assert set(TOO_LATE) == set(Level)
    await ended(world)
    (run,) = await runs(world, job=job["id"])
    assert (run["outcome"], run["left"]) == ("timed_out", []), "what came late was deleted"


async def _azure_is_away(world: World, test: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """While Azure does not show the machine, its backup has not failed: a proof before still holds."""
    job, _ = await _begun(world, test)
    with monkeypatch.context() as away:

        async def no_answer(*_: Any) -> Any:
            raise AzureUnreachable("no answer")

        away.setattr(looks, "look_at_boot", no_answer)
        await followed(world, lambda run: run["job"] != f"/v1/jobs/{job['id']}" or run["state"] == "verifying")
        for minutes, state in ((60, "verifying"), (360, "tearing_down")):
            await time_passes(world, minutes)
            await run_tests(world)
            (run,) = await runs(world, job=job["id"])
            assert (run["state"], "no answer" in (run["waits_for"] or run["detail"])) == (state, True)
    assert (run["outcome"], run["failed_level"]) == ("not_proven", None)
    await ended(world, minutes=60)
    item = (await world.api.get(f"/v1/protected-items/{run['protected_item_id']}")).json()
    assert item["refuted_at"] is not None, "by the run that was late"
    assert datetime.fromisoformat(item["refuted_at"]) < datetime.fromisoformat(run["created_at"])


async def _without_a_key(world: World, test: Any) -> None:
    job = await begun(world, test)
    await world.run_due()
    bare = worker_of(world, evidence_keys=None)
    await run_tests(world, bare)
    (run,) = await runs(world, job=job["id"])
    assert (run["state"], run["waits_for"]) == ("waiting", NO_KEY), "nothing begins that cannot be stated"
    await run_tests(world)
    (run,) = await runs(world, job=job["id"])
    assert run["state"] == "restoring"
    assert (await world.api.post(f"/v1/jobs/{job['id']}/cancel")).status_code == 202
    while (await runs(world, job=job["id"]))[0]["state"] != "ended":
        await run_tests(world, bare)
        await world.step()
    (run,) = await runs(world, job=job["id"])
    assert run["waits_for"] == NO_KEY, "the key went while it ran"
    assert (await world.api.get(f"/v1/restore-test-runs/{run['id']}/evidence")).status_code == 404
    await run_tests(world)
    (run,) = await runs(world, job=job["id"])
    assert run["waits_for"] is None
    assert (await world.api.get(f"/v1/restore-test-runs/{run['id']}/evidence")).status_code == 200
