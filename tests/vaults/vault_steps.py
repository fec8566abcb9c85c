"""What the tests of vaults do again and again: through the public API, or to Azure behind Holdfast's back."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from app.azure.values import ItemRef, SoftDelete, VaultChange, VaultRef, VmRef
from tests.world import SIMULATOR, SUBSCRIPTION, World

Json = dict[str, Any]
REF = VaultRef(SUBSCRIPTION, "rg-demo", "vault-demo")


def ref_of(vault: Mapping[str, Any]) -> VaultRef:
    return VaultRef(vault["subscription_id"], vault["resource_group"], vault["name"])


def item_ref(vault: Mapping[str, Any], vm: str = "vm-web-01") -> ItemRef:
    return ItemRef(ref_of(vault), VmRef(SUBSCRIPTION, "rg-demo", vm))


async def read(world: World, vault: Mapping[str, Any]) -> Json:
    answer = await world.api.get(f"/v1/vaults/{vault['id']}")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def etag_of(world: World, vault: Mapping[str, Any]) -> str:
    return (await world.api.get(f"/v1/vaults/{vault['id']}")).headers["ETag"]


async def ask_change(world: World, vault: Mapping[str, Any], **body: Any) -> Json:
    """PATCH with the present ETag: the job, accepted."""
    headers = {"If-Match": await etag_of(world, vault)}
    answer = await world.api.patch(f"/v1/vaults/{vault['id']}", json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    job: Json = answer.json()
    return job


async def job_of(world: World, job: Mapping[str, Any]) -> Json:
    found: Json = (await world.api.get(f"/v1/jobs/{job['id']}")).json()
    return found


async def change(world: World, vault: Mapping[str, Any], **body: Any) -> Json:
    """PATCH and follow to the end: the job."""
    job = await ask_change(world, vault, **body)
    await world.settle()
    return await job_of(world, job)


async def delete(world: World, vault: Mapping[str, Any]) -> Json:
    """DELETE and follow to the end: the job."""
    answer = await world.api.delete(f"/v1/vaults/{vault['id']}")
    assert answer.status_code == 202, answer.text
    await world.settle()
    return await job_of(world, answer.json())


async def seed(world: World, **wanted: Any) -> Json:
    """Put things into the simulated Azure."""
    answer = await world.http.post(f"{SIMULATOR}/_simulator/seed", json=wanted)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def remove(world: World, *ids: str) -> None:
    """Somebody deletes these in Azure."""
    answer = await world.http.post(f"{SIMULATOR}/_simulator/remove", json={"ids": list(ids)})
    assert answer.status_code == 200, answer.text


async def delete_item_in_azure(world: World, vault: Mapping[str, Any], vm: str = "vm-web-01") -> None:
    """Somebody deletes the backup data of a VM in Azure, and the deletion ends."""
    await world.azure.protected_items.delete(item_ref(vault, vm), request_id=uuid4())
    world.advance(600)


def keep_soft_delete_in_config(world: World, *, shown: bool = False) -> None:
    """The vault is an old one: its soft delete was never set on the vault itself, and is not shown there."""
    (vault,) = world.simulator.world.vaults.values()
    vault.soft_delete_by_vault, vault.shows_soft_delete = False, shown


async def set_soft_delete_outside(world: World, days: int) -> None:
    """Somebody else changes it, by the vault's own API."""
    await world.azure.vaults.update(VaultChange(REF, soft_delete=SoftDelete("on", days)), request_id=uuid4())


def writes(world: World, method: str, tail: str) -> int:
    """How often Azure got such a write, whatever became of it; `tail` is how its path ends."""
    return sum(
        1
        for write in world.simulator.world.truth.writes
        if write["method"] == method and write["path"].lower().endswith(tail.lower())
    )


VAULT_PATH = "/vaults/vault-demo"
CONFIG_PATH = "/backupconfig/vaultconfig"


async def lose_the_database(world: World) -> None:
    """Everything Holdfast knew is gone; Azure is as it was."""
    async with world.database.begin() as session:
        for table in ("restores", "jobs", "protected_items", "policies", "vaults", "vault_watches"):
            await session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names of ours
