"""Jobs that others start at the simulated Azure."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from app.azure.values import AzureJob, BackupOrder, ItemRef, JobOutcome, VaultRef, VmRef
from tests.jobs.lost_attempts import ask_for_backup, claim_and_die, end_leases, look
from tests.restores.restore_requests import asked, backed_up
from tests.world import SUBSCRIPTION, World

KEEP = datetime(2036, 1, 31, tzinfo=UTC)


def order(vault: str = "vault-demo", vm: str = "vm-web-01") -> BackupOrder:
    ref = VaultRef(SUBSCRIPTION, "rg-demo", vault)
    return BackupOrder(ItemRef(ref, VmRef(SUBSCRIPTION, "rg-demo", vm)), KEEP)


async def another_tool_backs_up(world: World) -> None:
    await world.azure.backups.trigger(order(), request_id=uuid4())


async def an_hour_passes(world: World) -> None:
    """Since vaults were last looked at for jobs of others, and read themselves."""
    await world.rows(
        "UPDATE vault_watches SET taken_in_at = taken_in_at - passed, vault_read_at = vault_read_at - passed"
        " FROM make_interval(hours => 1) AS passed RETURNING vault_id"
    )


async def slow_sweep(world: World) -> None:
    """A quarter of an hour has passed since the vault was last looked at for strangers."""
    await an_hour_passes(world)
    await world.run("observing")


async def azures_own(world: World, **filters: str) -> list[dict[str, Any]]:
    page = await world.api.get("/v1/jobs", params={"origin": "azure", **filters})
    assert page.status_code == 200, page.text
    found: list[dict[str, Any]] = page.json()["items"]
    return found


async def retired_and_sent_again(world: World) -> tuple[dict[str, Any], Any, UUID]:
    """The first attempt is absent for SETTLE and retired; the second is accepted and runs."""
    job = await ask_for_backup(world, await world.item())
    ticket, attempt_id = await claim_and_die(world)
    await end_leases(world, age=world.settings.settle_backup_seconds + 1)
    await world.step(0)
    assert (await look(world, job))["state"] == "running"
    return job, ticket, attempt_id


async def restoring_across(world: World) -> dict[str, Any]:
    """Accepted: it runs in the paired region, and the vault's own list shows a copy of it."""
    item = await backed_up(world)
    job = await asked(world, item, "disks in the secondary region")
    await world.loops["submitting"].run_once()
    world.advance(60)
    return job


def an_entry(job_id: str, activity_id: str, operation: str) -> AzureJob:
    return AzureJob(job_id, activity_id, operation, "InProgress", JobOutcome.RUNNING, None, None, None)
