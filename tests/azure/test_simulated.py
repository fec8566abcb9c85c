"""The whole chain through the ports, with the simulator on the other side of the real SDK."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from app.azure import errors as e
from app.azure import restore_values as r
from app.azure import values as v
from app.azure.compute import values as cv
from app.azure.sdk.client import OpenAzure, build_azure
from app.simulator.asgi import create_app

S = "00000000-0000-0000-0000-000000000001"
VAULT = v.VaultRef(S, "rg-demo", "vault-demo")
POLICY = v.PolicyRef(VAULT, "production")
ITEM = v.ItemRef(VAULT, v.VmRef(S, "rg-demo", "vm-web-01"))
TARGET = f"/subscriptions/{S}/resourceGroups/rg-restored"
STAGING = f"/subscriptions/{S}/resourceGroups/rg-demo/providers/Microsoft.Storage/storageAccounts/stholdfastdemo"
DEFINITION = v.PolicyDefinition(
    "America/New_York",
    v.DailySchedule(time(2)),
    v.Retention(
        v.DailyRetention(30), v.WeeklyRetention(12, ("sunday",)), v.MonthlyRetention(12, ("first",), ("sunday",))
    ),
    2,
)


@dataclass
class World:
    """The port, and the simulator's control surface beside it."""

    azure: OpenAzure
    http: httpx.AsyncClient

    async def control(self, what: str, **body: Any) -> None:
        (await self.http.post(f"http://simulator.test/_simulator/{what}", json=body)).raise_for_status()

    async def truth(self) -> Any:
        return (await self.http.get("http://simulator.test/_simulator/truth")).json()

    async def end_of(self, operation: v.Operation) -> v.OperationStatus:
        """Follows an operation to its end, moving the simulator's clock between the looks."""
        if operation.status_url is None:
            return v.OperationStatus(v.OperationState.SUCCEEDED)
        for _ in range(20):
            status = await self.azure.operations.status(operation.status_url)
            if status.state is not v.OperationState.IN_PROGRESS:
                return status
            await self.control("advance", seconds=60)
        raise AssertionError("the operation never ended")

    async def job_of(self, operation: v.Operation) -> v.AzureJob:
        (job_id,) = (await self.end_of(operation)).job_ids
        return await self.azure.jobs.get(VAULT, job_id)

    async def protected(self) -> None:
        order = v.VaultOrder(VAULT, "westus", "geo", False, "on", 14, "disabled")  # noqa: FBT003
        await self.end_of(await self.azure.vaults.create(order, request_id=uuid4()))
        await self.end_of(await self.azure.policies.put(v.PolicyOrder(POLICY, DEFINITION), request_id=uuid4()))
        await self.end_of(await self.azure.protected_items.protect(v.ProtectOrder(ITEM, POLICY), request_id=uuid4()))

    async def backed_up(self, request_id: UUID) -> v.AzureJob:
        order = v.BackupOrder(ITEM, datetime.now(UTC) + timedelta(days=30))
        job = await self.job_of(await self.azure.backups.trigger(order, request_id=request_id))
        await self.control("advance", seconds=6 * 3600)
        return await self.azure.jobs.get(VAULT, job.job_id)


@pytest.fixture(scope="module")
def signing_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(params=[100, 1], ids=["long pages", "pages of one"])
async def world(request: pytest.FixtureRequest, signing_key: rsa.RSAPrivateKey) -> AsyncIterator[World]:
    app = create_app(signing_key=signing_key, page_size=request.param)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http:
        yield World(build_azure("http://simulator.test", simulator=True, http=http), http)


async def test_from_no_vault_to_restored_disks(world: World) -> None:
    azure = world.azure
    with pytest.raises(e.AzureNotFound):
        await azure.vaults.get(VAULT)
    await world.protected()

    vault = await azure.vaults.get(VAULT)
    assert (vault.provisioning_state, vault.redundancy, vault.soft_delete_state) == ("Succeeded", "geo", "on")
    assert (await azure.policies.get(POLICY)).definition == DEFINITION
    assert {"DefaultPolicy", "EnhancedPolicy", "production"} == {p.name for p in await azure.policies.list(VAULT)}
    (item,) = await azure.protected_items.list(VAULT)
    assert item == await azure.protected_items.get(ITEM)
    assert (item.vm, item.policy_name, item.protection_state) == (ITEM.vm, "production", "IRPending")

    backup_id = uuid4()
    backup = await world.backed_up(backup_id)
    assert (backup.activity_id, backup.outcome) == (str(backup_id), v.JobOutcome.SUCCEEDED)
    assert (await azure.protected_items.get(ITEM)).protection_state == "Protected"
    (point,) = await azure.recovery_points.list(ITEM)
    assert {tier.tier for tier in point.tiers} == {"snapshot", "vault"}
    assert (await azure.recovery_points.get(ITEM, point.id)).included_luns == (0,)

    restore_id = uuid4()
    order = r.RestoreOrder(ITEM, point.id, "westus", r.DisksTarget("disks", TARGET, STAGING))
    restore = await world.job_of(await azure.restores.trigger(order, request_id=restore_id))
    running = await azure.jobs.list_in_progress(VAULT)
    assert [(job.job_id, job.activity_id) for job in running.jobs] == [(restore.job_id, str(restore_id))]
    assert not await azure.restores.list_disks(TARGET)
    await world.control("advance", seconds=3600)
    assert not (await azure.jobs.list_in_progress(VAULT)).jobs
    assert (await azure.jobs.get(VAULT, restore.job_id)).outcome is v.JobOutcome.SUCCEEDED
    made = await azure.restores.list_disks(TARGET)
    assert [disk.restored_by for disk in made] == [restore.job_id] * 2

    assert restore.started_at is not None
    day = await azure.jobs.list_window(
        VAULT, restore.started_at - timedelta(days=1), restore.started_at + timedelta(minutes=1)
    )
    assert [job.operation for job in day.jobs] == ["Restore", "Backup", "ConfigureBackup"]
    assert day.complete


@pytest.mark.parametrize("world", [100], indirect=True)
async def test_a_trigger_whose_answer_is_lost_is_found_by_its_own_id(world: World) -> None:
    await world.protected()
    await world.control("faults", match={"method": "POST", "path": "/backup$"}, times=1, effect="drop_after")
    attempt = uuid4()
    before = datetime.now(UTC)
    with pytest.raises(e.AzureUnknown):
        await world.azure.backups.trigger(v.BackupOrder(ITEM, before + timedelta(days=30)), request_id=attempt)
    listing = await world.azure.jobs.list_in_progress(VAULT)
    assert [job.activity_id for job in listing.jobs] == [str(attempt)]
    assert [t["client_request_id"] for t in (await world.truth())["triggers"]] == [str(attempt)]


@pytest.mark.parametrize("world", [100], indirect=True)
@pytest.mark.parametrize(
    ("status", "effect", "outcome", "acted"),
    [
        (503, "status_before", e.AzureUnknown, 0),
        (503, "status_after", e.AzureUnknown, 1),
        (429, "status_before", e.AzureThrottled, 0),
        (403, "status_before", e.AzureDenied, 0),
    ],
)
async def test_trouble_sends_no_second_trigger(
    world: World, status: int, effect: str, outcome: type[e.AzureError], acted: int
) -> None:
    await world.protected()
    match = {"method": "POST", "path": "/backup$"}
    await world.control("faults", match=match, times=1, effect=effect, status=status, retry_after="30")
    with pytest.raises(outcome):
        await world.azure.backups.trigger(
            v.BackupOrder(ITEM, datetime.now(UTC) + timedelta(days=30)), request_id=uuid4()
        )
    truth = await world.truth()
    assert (truth["requests"]["trigger"], len(truth["triggers"])) == (1, acted)


@pytest.mark.parametrize("world", [100], indirect=True)
async def test_what_is_not_there_is_not_found(world: World) -> None:
    await world.protected()
    other = v.ItemRef(VAULT, v.VmRef(S, "rg-demo", "vm-nobody"))
    for read in (
        world.azure.virtual_machines.get(other.vm),
        world.azure.policies.get(v.PolicyRef(VAULT, "nobody")),
        world.azure.protected_items.get(other),
        world.azure.recovery_points.get(ITEM, "404"),
        world.azure.jobs.get(VAULT, str(uuid4())),
    ):
        with pytest.raises(e.AzureRejected) as refused:
            await read
        assert refused.value.status in {400, 404}
        assert refused.value.message


# --- machines that were restored -----------------------------------------------------------------------------------
NETWORK = f"/subscriptions/{S}/resourceGroups/rg-demo/providers/Microsoft.Network/virtualNetworks/vnet-demo"
MADE = v.VmRef(S, "rg-restored", "vm-made")


async def restored(world: World, **plan: Any) -> tuple[v.AzureJob, list[str]]:
    """A machine that was restored: its job, and the ids of what was made."""
    await world.control("plans", **plan)
    await world.protected()
    await world.backed_up(uuid4())
    (point,) = await world.azure.recovery_points.list(ITEM)
    target = r.NewVmTarget("new_vm", MADE.name, TARGET, f"{NETWORK}/subnets/default", STAGING)
    order = r.RestoreOrder(ITEM, point.id, "westus", target)
    operation = await world.azure.restores.trigger(order, request_id=uuid4())
    job = await world.job_of(operation)
    await world.control("advance", seconds=320)
    return await world.azure.jobs.get(VAULT, job.job_id), list((await world.truth())["restores"][-1]["made"])


async def test_a_restored_machine_is_found_tried_and_taken_away_in_order(world: World) -> None:
    job, made = await restored(world, public_ip=True, agent_seconds=300)
    machines, scripts = world.azure.machines, world.azure.run_commands
    assert job.ended_at is not None
    assert not (await machines.look(MADE)).is_up_since(job.ended_at)
    await world.control("advance", seconds=300)
    seen = await machines.look(MADE)
    assert seen.is_up_since(job.ended_at)
    assert seen.os_disk is not None
    assert (seen.computer_name, seen.os_disk.size_gib) == (MADE.name, 30)
    (card,) = seen.interfaces or ()
    (address,) = (await machines.get_interface(card.id)).public_ip_ids
    listed = {one.id: one for one in await machines.list_group(TARGET)}
    assert set(made) == set(listed) == {MADE.id, seen.os_disk.id, card.id, address} | set(_ids(seen.data_disks))
    assert listed[str(seen.os_disk.id)].tags == {"RSVaultBackup": job.job_id}

    await world.control("scripts", parameters={"password": "p"}, output="well\n")
    order = cv.ScriptOrder(MADE, "check", "westus", "systemctl is-active db", 60, secrets={"password": "p"})
    assert (await world.end_of(await scripts.put(order, request_id=uuid4()))).state is v.OperationState.SUCCEEDED
    run = await scripts.get(MADE, "check")
    assert (run.is_good, run.output) == (True, "well\n")
    await world.end_of(await scripts.delete(MADE, "check", request_id=uuid4()))
    with pytest.raises(e.AzureNotFound):
        await scripts.get(MADE, "check")

    for held in (card.id, address, str(seen.os_disk.id)):
        with pytest.raises(e.AzureRejected) as refused:
            await machines.delete(held, request_id=uuid4())
        assert refused.value.code in cv.IN_USE
    for one in (MADE.id, card.id, address, str(seen.os_disk.id), *_ids(seen.data_disks)):
        for _ in range(2):  # the second finds nothing, which is well, too
            operation = await machines.delete(one, request_id=uuid4())
            assert (await world.end_of(operation)).state is v.OperationState.SUCCEEDED
    assert list(await machines.list_group(TARGET)) == []


def _ids(disks: tuple[cv.AttachedDisk, ...] | None) -> list[str]:
    return [str(disk.id) for disk in disks or ()]


async def test_what_is_planted_of_a_restored_machine_can_be_seen(world: World) -> None:
    job, made = await restored(world, missing_luns=[0], no_boot=True, locked=["disk"])
    machines = world.azure.machines
    assert job.ended_at is not None
    seen = await machines.look(MADE)
    assert (seen.power, seen.data_disks, seen.is_up_since(job.ended_at)) == ("stopped", (), False)
    with pytest.raises(e.AzureConflict):
        await world.azure.run_commands.put(cv.ScriptOrder(MADE, "c", "westus", "x", 60), request_id=uuid4())
    await world.end_of(await machines.delete(MADE.id, request_id=uuid4()))
    (disk,) = (one for one in made if "/disks/" in one)
    assert (await machines.get_disk(disk)).held_by == ()
    with pytest.raises(e.AzureConflict) as refused:
        await machines.delete(disk, request_id=uuid4())
    assert refused.value.code == cv.LOCKED


async def test_a_network_that_reaches_others_says_so(world: World) -> None:
    group = f"/subscriptions/{S}/resourceGroups/rg-demo/providers/Microsoft.Network/networkSecurityGroups/closed"
    rules = [{"name": "closed", "priority": 100, "direction": "Outbound", "access": "Deny"}]
    network = {"name": "apart", "subnets": [{"name": "a", "security_group_id": group}], "gateway": "vpn"}
    network |= {"peerings": [{"name": "hub", "remote_network_id": NETWORK}]}
    await world.control("seed", security_groups=[{"name": "closed", "rules": rules}], networks=[network])
    seen = await world.azure.networks.get(NETWORK.replace("vnet-demo", "apart"))
    assert [one.remote_network_id for one in seen.peerings or ()] == [NETWORK]
    assert [one.rpartition("/")[2] for one in seen.gateway_ids or ()] == ["vpn"]
    assert [one.security_group_id for one in seen.subnets or ()] == [group, None]
    found = await world.azure.networks.get_security_group(group)
    assert [(one.name, one.is_default) for one in found.rules or ()][:2] == [
        ("closed", False),
        ("AllowVnetInBound", True),
    ]
    plain = await world.azure.networks.get(NETWORK)
    assert (plain.peerings, plain.gateway_ids) == ((), ())


async def test_snapshots_are_read_and_deleted(world: World) -> None:
    await world.control("seed", snapshots=[{"name": "s", "gib": 8, "tags": {"a": "b"}, "source_disk_id": "d"}])
    snapshot = f"/subscriptions/{S}/resourceGroups/rg-demo/providers/Microsoft.Compute/snapshots/s"
    seen = await world.azure.machines.get_snapshot(snapshot)
    assert (seen.size_gib, seen.tags, seen.source_id) == (8, {"a": "b"}, "d")
    await world.end_of(await world.azure.machines.delete(snapshot, request_id=uuid4()))
    with pytest.raises(e.AzureNotFound):
        await world.azure.machines.get_snapshot(snapshot)
