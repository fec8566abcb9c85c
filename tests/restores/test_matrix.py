"""The table of what Azure restores in which mode: in docs, in code, and cell by cell on a simulator that refuses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app.azure.errors import AzureError
from app.azure.mount_values import MountOrder
from app.azure.restore_values import RestoreOrder
from app.azure.values import ItemRef, VaultRef, VmRef
from app.restores.checks.matrix import MATRIX, MODES, SAYS, Cell, cell
from app.restores.defaults.filling import complete
from app.restores.schemas import RestoreCreate
from app.restores.targets import FilesTarget
from app.simulator import seeding
from tests.remembered_steps import remembered
from tests.restores.preflight_asks import ask
from tests.restores.restore_requests import NEW_VM, PAIRED_DISKS, PAIRED_VM, REPLACE, SUBNET, restores
from tests.whole import some_of
from tests.world import DISKS, RG, SUBSCRIPTION, World, vm_id

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "restores.md").read_text(encoding="utf-8")
VM = vm_id("vm-web-01")
BODIES: dict[str, Mapping[str, Any]] = {
    "disks": DISKS,
    "new_vm": NEW_VM,
    "replace_disks": REPLACE,
    "files": {"mode": "files"},
}
PAIRED: dict[str, Mapping[str, Any]] = {**BODIES, "disks": PAIRED_DISKS, "new_vm": PAIRED_VM}
ACCOUNTS = f"{RG}/providers/Microsoft.Storage/storageAccounts"


@dataclass(frozen=True)
class Scene:
    """How a fact is made true: what is planted once the VM is backed up, and what is asked."""

    seeds: Mapping[str, Any] = field(default_factory=dict)
    target: Mapping[str, Any] = field(default_factory=dict)
    region: str = "primary"
    vault: Mapping[str, Any] = field(default_factory=dict)
    excluded: tuple[int, ...] = ()
    removed: tuple[str, ...] = ()
    names_point: bool = False
    backups: int = 1


def point(**changes: Any) -> dict[str, Any]:
    return {"points": [{"vm_id": VM, **changes}], "zones": [{"location": "westus", "zones": ["1", "2"]}]}


def account(*, then: Mapping[str, Any] | None = None, **how: Any) -> Scene:
    group = how.get("resource_group", "rg-demo")
    path = f"{ACCOUNTS}/stother".replace("/rg-demo/", f"/{group}/")
    seeds = {"storage_accounts": [{"name": "stother", **how}]}
    return Scene(seeds | (point(**then) if then else {}), {"staging_storage_account_id": path})


GEO = {"redundancy": "geo", "cross_region_restore": True}
ZONAL = {"redundancy": "zone"}
IN_ZONE = {"zone": "2"}
ELSEWHERE = "99999999-9999-9999-9999-999999999999"
SCENES: dict[str, Scene] = {
    "encrypted": Scene(point(encrypted=True)),
    "part_of_disks": Scene(excluded=(0,)),
    "lun_not_held": Scene(target={"luns": [0, 5]}),
    "archived": Scene(point(tier="archive"), names_point=True),
    "no_tier": Scene(point(tier="gone"), names_point=True),
    "snapshot_only": Scene(point(tier="snapshot")),
    "snapshot_only_paired_region": Scene(
        point(tier="snapshot"), region="secondary", vault=GEO, names_point=True, backups=2
    ),
    "unmanaged": Scene(point(managed=False)),
    "confidential": Scene(point(security_type="ConfidentialVM")),
    "confidential_paired_region": Scene(point(security_type="ConfidentialVM"), region="secondary", vault=GEO),
    "trusted_launch": Scene(point(security_type="TrustedLaunch")),
    "zone_unknown": Scene(point(), {"zone": "3"}, vault=ZONAL),
    "zone_vault_not_zone_redundant": Scene(point(zones=["1"]), IN_ZONE, vault={"redundancy": "geo"}),
    "zone_point_not_pinned": Scene(point(zones=[]), IN_ZONE, region="secondary", vault=GEO),
    "zone_snapshot_only": Scene(point(tier="snapshot"), IN_ZONE, vault=ZONAL),
    "zone_encrypted": Scene(point(encrypted=True), IN_ZONE, vault=ZONAL),
    "zone_unmanaged": Scene(point(managed=False), IN_ZONE, vault=ZONAL),
    "zone_of_zone_redundant_vault": Scene(point(zones=[]), IN_ZONE, vault=ZONAL),
    "zone_pinned_paired_region": Scene(point(zones=["1"]), IN_ZONE, region="secondary", vault=GEO),
    "account_elsewhere": account(location="eastus"),
    "account_zone_redundant": account(sku="Standard_ZRS"),
    "account_blobs_only": account(kind="BlobStorage"),
    "account_files_only": account(sku="Premium_LRS", kind="FileStorage"),
    "account_premium_for_standard": account(sku="Premium_LRS", then={"premium": False}),
    "account_premium_restricted": account(sku="Premium_LRS", default_action="Deny"),
    "account_premium_for_premium": account(sku="Premium_LRS"),
    "account_of_another_group": account(resource_group="RG-Other_Group.(prod)"),
    "vm_gone": Scene(removed=(VM,)),
    "vm_elsewhere": Scene({"vms": [{"name": "vm-web-01", "location": "eastus"}]}),
    "name_taken": Scene({"vms": [{"name": "vm-web-01r", "resource_group": "rg-restored"}]}),
    "network_elsewhere": Scene(
        {"networks": [{"name": "vnet-far", "location": "eastus"}]}, {"subnet_id": SUBNET.replace("demo/s", "far/s")}
    ),
    "paired_region": Scene(region="secondary", vault=GEO),
    "vault_not_crossing": Scene(region="secondary", vault={"redundancy": "geo"}),
    "other_subscription": Scene(
        target={"staging_storage_account_id": DISKS["staging_storage_account_id"].replace(SUBSCRIPTION, ELSEWHERE)}
    ),
}
UNSEEN = {"encrypted_other_geography"}
"""Facts whose place the simulator's furnished world does not have: their predicate is tested alone."""
ASKED = [each for each in MATRIX if each.verdict != "not_asked" and each.fact not in UNSEEN]
NO_SUCH_CALL = {("vm_elsewhere", "replace_disks"), ("paired_region", "files")}
"""What Azure cannot be asked: it knows a VM by its id, wherever it is, and mounts in the vault's own region."""


def test_the_documents_table_is_the_codes() -> None:
    rows = [line.split(" | ") for line in DOCUMENT.splitlines() if line.startswith("| `")]
    assert [row[0].removeprefix("| ") for row in rows] == [f"`{fact}`: {says}" for fact, says in SAYS.items()]
    for row, fact in zip(rows, SAYS, strict=True):
        cells = [cell(fact, mode) for mode in MODES]
        assert row[1:5] == [each.verdict.replace("_", " ") for each in cells], fact
        sources = {each.source for each in cells if each.source}
        assert row[8].removesuffix(" |") == ("; ".join(sorted(sources)) or "-"), fact
        for each in cells:
            if each.verdict == "refused":
                assert (row[5], row[6], row[7]) == (each.check, f"`{each.code}`", f"`{each.pointer}`")


def test_a_verdict_has_a_source_and_what_has_none_is_unknown() -> None:
    for each in MATRIX:
        assert bool(each.source) is (each.verdict in {"refused", "allowed"}), each
        assert all((each.check, each.code, each.pointer, each.remedy)) is (each.verdict == "refused"), each
    assert {each.fact for each in MATRIX} == {*SCENES, *UNSEEN}


async def made(world: World, scene: Scene) -> dict[str, Any]:
    """An item with one point, of which the scene's fact is true."""
    return await backed_up(world, {"redundancy": "geo", **scene.vault}, scene.excluded, scene.backups)


@remembered
async def backed_up(
    world: World, /, settings: dict[str, Any], excluded: tuple[int, ...], backups: int
) -> dict[str, Any]:
    item = await world.item(vault=await world.vault(**settings))
    for vault in world.simulator.world.vaults.values():
        for there in vault.items.values():
            there.disk_exclusion = {"diskLunList": list(excluded), "isInclusionList": False}
    for _ in range(backups):
        await world.back_up(item)
        world.advance(60)
    return item


def plant(world: World, scene: Scene) -> None:
    seeding.plant(world.simulator.world, dict(scene.seeds))
    if scene.removed:
        seeding.remove(world.simulator.world, {"ids": list(scene.removed)})


async def raw(world: World, body: Mapping[str, Any], point_id: str, region: str) -> None:
    """The same order, sent to Azure past every rule. Raises AzureError where Azure refuses it."""
    vault = VaultRef(SUBSCRIPTION, "rg-demo", "vault-demo")
    item = ItemRef(vault, VmRef(SUBSCRIPTION, "rg-demo", "vm-web-01"))
    asked = RestoreCreate.model_validate(
        {"protected_item_id": str(uuid4()), "recovery_point": {"latest": True}, "target": dict(body)}
    )
    target = complete(asked.target_values)
    if isinstance(target, FilesTarget):
        await world.azure.file_recovery.provision(MountOrder(item, point_id), request_id=uuid4())
        return
    where = "eastus" if region == "secondary" else "westus"
    order = RestoreOrder(item, point_id, where, target)
    if region == "primary":
        await world.azure.restores.trigger(order, request_id=uuid4())
        return
    access = await world.azure.cross_region.grant_access(item, point_id, where)
    await world.azure.cross_region.trigger(order, access, request_id=uuid4())


@pytest.mark.parametrize("asked", some_of(ASKED, short=32), ids=lambda each: f"{each.fact}-{each.mode}")
async def test_every_cell_is_as_the_table_says(world: World, asked: Cell) -> None:
    scene = SCENES[asked.fact]
    item = await made(world, scene)
    only = (await world.points(item))[0]
    plant(world, scene)
    wanted = {"id": only["id"]} if scene.names_point else {"latest": True}
    chosen = wanted | {"region": scene.region}
    body = {**(PAIRED if scene.region == "secondary" else BODIES)[asked.mode], **scene.target}
    if asked.mode in {"replace_disks", "files"}:
        body.pop("zone", None)
    answer = await ask(world, "/v1/restores", item, body, chosen)
    if asked.verdict == "refused":
        assert 400 <= answer.status_code < 500, answer.text
        assert restores(world) == []
        found = (await ask(world, "/v1/restores/preflight", item, body, chosen)).json()
        failed = [check for check in found["checks"] if check["status"] == "failed"]
        assert found["ok"] is False
        said = [(check["name"], check["code"], check["pointer"]) for check in failed]
        assert (asked.check, asked.code, asked.pointer) in said, failed
        assert all(check["remedy"] for check in failed)
        problem = answer.json()
        assert [problem[name] for name in ("code", "pointer", "detail")] == [
            failed[0][name] for name in ("code", "pointer", "reason")
        ]
        if (asked.fact, asked.mode) not in NO_SUCH_CALL:
            with pytest.raises(AzureError):
                await raw(world, body, only["id"], scene.region)
        return
    assert answer.status_code == 202, answer.text
    await world.settle()
    ended = (await world.api.get(f"/v1/jobs/{answer.json()['id']}")).json()
    if asked.verdict == "allowed":
        assert ended["state"] == "succeeded", ended
    elif asked.mode == "files":
        assert ended["state"] in {"succeeded", "failed"}
    else:
        assert len(restores(world)) == 1, "what is unknown is sent, and Azure decides"
