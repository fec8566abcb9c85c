"""The VM that a job is about: every job shows it, also one that others started, and jobs are found by it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.azure.values import AzureJob
from app.jobs.sweep.untracked import name_items, settle_untracked
from app.jobs.sweep.watch import Watch
from app.wiring import ITEM_IDS
from tests.identity.cluster import alembic
from tests.jobs.job_lists import listed
from tests.jobs.untracked_steps import an_entry, another_tool_backs_up, azures_own, slow_sweep
from tests.protection.outside_steps import protected_outside
from tests.restores.restore_requests import NEW_VM, ask
from tests.vaults.vault_steps import REF
from tests.world import KEEP, SUBSCRIPTION, World, vm_id

TENANT_OF_VAULT = "SELECT tenant FROM vaults WHERE id = :id"


def shown(name: str, group: str = "rg-demo") -> dict[str, Any]:
    id_ = vm_id(name).replace("rg-demo", group)
    return {"id": id_, "name": name, "resource_group": group, "subscription_id": SUBSCRIPTION}


async def take_in(world: World, vault_id: str, *names: str | None) -> None:
    """A sweep sees a job that others started, of each of these, as Azure names them in its list."""
    (vault,) = await world.rows(TENANT_OF_VAULT, id=UUID(vault_id))
    watch = Watch(UUID(vault_id), REF, 0, 0, datetime.now(UTC), tenant=vault["tenant"])
    entry: AzureJob = an_entry("", "", "Backup")
    entries = [replace(entry, job_id=f"job-{at}", item_name=name) for at, name in enumerate(names)]
    async with world.database.begin() as session:
        assert await settle_untracked(session, watch, entries, ITEM_IDS) == (len(names), 0)


async def a_whole_life(world: World) -> dict[str, Any]:
    """An item about which every kind of job was asked."""
    item = await world.item()
    path = f"/v1/protected-items/{item['id']}"
    await world.back_up(item)
    assert (await ask(world, item, NEW_VM)).status_code == 202
    mount = await ask(world, item, {"mode": "files"})
    await world.settle()
    restore = mount.json()["resource"]
    assert (await world.api.post(f"{restore}/unmount", json={})).status_code == 202
    for body in ({"action": "pause"}, {"action": "resume", "policy_id": item["policy_id"]}, {"disks": None}):
        assert (await world.api.patch(path, json=body)).status_code == 202, body
    await world.settle()
    assert (await world.api.delete(path)).status_code == 202
    await world.settle()
    assert (await world.api.post(f"{path}/undelete", json={})).status_code == 202
    await world.settle()
    return item


async def test_every_job_about_a_vm_shows_it_and_is_found_by_it_in_any_letter_case(world: World) -> None:
    await a_whole_life(world)
    jobs = (await world.api.get("/v1/jobs?limit=100")).json()["items"]
    about = {
        "protect",
        "backup",
        "restore",
        "mount_files",
        "unmount_files",
        "pause",
        "resume",
        "change_policy",
        "unprotect",
        "undelete",
    }
    assert {job["kind"] for job in jobs if job["vm"]} == about
    assert all((job["vm"] is None) == (job["protected_item_id"] is None) for job in jobs)
    assert [job["vm"] for job in jobs if job["vm"]] == [shown("vm-web-01")] * len([job for job in jobs if job["vm"]])
    ids = [job["id"] for job in jobs if job["vm"]]
    other = {"vm_id": vm_id("VM-web-01").upper().replace("/SUBSCRIPTIONS", "/subscriptions")}
    for wanted in ({"vm_id": vm_id("vm-web-01")}, other, {"name": "Vm-WEB-01"}, other | {"name": "vm-web-01"}):
        assert await listed(world, limit=100, **wanted) == ids, wanted
    # A restore's new VM is not what it is about.
    for wanted in (
        {"name": NEW_VM["name"]},
        {"vm_id": vm_id("vm-db-01")},
        {"name": "vm-web"},
        {"vm_id": vm_id("vm-web-01"), "name": "vm-db-01"},
        {"name": "a/b"},
        {"name": "%"},
    ):
        assert await listed(world, **wanted) == [], wanted
    two = {"kind": ["restore", "backup"], "state": ["succeeded", "failed"], "name": "vm-web-01"}
    assert await listed(world, **two) == [job["id"] for job in jobs if job["kind"] in two["kind"]]


async def test_a_page_of_a_vm_goes_on_where_the_last_one_ended(world: World) -> None:
    vault = await world.vault()
    await take_in(world, vault["id"], *(f"iaasvmcontainerv2;rg-x;{name}" for name in ("one", "two", "one", "one")))
    made = [job["id"] for job in reversed(await azures_own(world))]
    pages, url = [], "/v1/jobs?name=ONE&kind=backup&kind=restore&state=running&state=failed&limit=1"
    while url:
        page = await world.api.get(url)
        pages.append([job["id"] for job in page.json()["items"]])
        url = page.links.get("next", {}).get("url", "")
    assert pages == [[made[3]], [made[2]], [made[0]]]


async def test_a_job_that_others_started_has_the_vm_of_its_item(world: World) -> None:
    await world.item()
    await another_tool_backs_up(world)
    world.advance(60)
    await slow_sweep(world)
    (job,) = await azures_own(world, vm_id=vm_id("VM-WEB-01"))
    assert job["vm"] == shown("vm-web-01"), "as the item spells it"
    assert await azures_own(world, name="Vm-Web-01") == [job]


@pytest.mark.parametrize("odd", [("\u0130STANBUL", "rg-demo"), ("stra\u00dfe", "Gr\u00fcn(alt)"), ("a'b", "rg-demo")])
async def test_odd_names_are_found_by_the_rule_of_azures_letters(world: World, odd: tuple[str, str]) -> None:
    vault = await world.vault()
    vm = await protected_outside(world, vault, *odd)
    world.advance(600)
    await world.done(f"/v1/vaults/{vault['id']}/refresh", {})
    (item,) = (await world.api.get("/v1/protected-items")).json()["items"]
    job = await world.api.post(f"/v1/protected-items/{item['id']}/backups", json={"retain_until": KEEP})
    assert job.json()["vm"]["name"].lower() == vm.name.lower()
    for name in (vm.name, vm.name.replace("STANBUL", "stanbul").replace("stra", "STRA").replace("a'b", "A'B")):
        assert job.json()["id"] in await listed(world, name=name, limit=100)
    assert job.json()["id"] in await listed(world, vm_id=vm.id, limit=100)
    assert await listed(world, name=vm.name.replace("\u0130", "I").replace("\u00df", "ss").replace("'", "")) == []


async def test_a_vm_that_is_no_item_here_is_known_by_what_azures_list_says(world: World) -> None:
    vault = await world.vault()
    await take_in(world, vault["id"], "iaasvmcontainerv2;rg-x;vm-theirs", None, "sqldatabase;x", "iaasvmcontainerv2;;")
    jobs = await azures_own(world)
    known = [job["vm"] for job in jobs if job["vm"] is not None]
    assert known == [{"id": None, "name": "vm-theirs", "resource_group": "rg-x", "subscription_id": None}]
    assert len(jobs) == 4
    assert len(await listed(world, name="VM-Theirs")) == 1
    # Which subscription it is of is not known: it is not said to be this VM.
    assert await listed(world, vm_id=vm_id("vm-theirs").replace("rg-demo", "rg-x")) == []


async def test_a_vm_that_becomes_an_item_later_has_its_id_in_the_jobs_from_before(world: World) -> None:
    item = await world.item()
    await world.rows("UPDATE protected_items SET vm_key = 'x', vm_id = replace(vm_id, 'web', 'x') RETURNING id")
    await take_in(world, item["vault_id"], "iaasvmcontainerv2;rg-demo;vm-web-01")
    assert await azures_own(world, vm_id=item["vm_id"]) == []
    await world.rows("UPDATE protected_items SET vm_key = lower(:id), vm_id = :id RETURNING id", id=item["vm_id"])
    async with world.database.begin() as session:
        await name_items(session, UUID(item["vault_id"]), ITEM_IDS)
    (job,) = await azures_own(world, vm_id=item["vm_id"])
    assert (job["vm"], job["protected_item_id"]) == (shown("vm-web-01"), item["id"])


@pytest.mark.parametrize(
    ("query", "code", "pointer"),
    [
        ({"vm_id": "vm-web-01"}, "vm_id_not_valid", "query:vm_id"),
        ({"vm_id": vm_id("")}, "vm_id_not_valid", "query:vm_id"),
        ({"vm_id": vm_id("vm").replace("virtualMachines", "disks")}, "vm_id_not_valid", "query:vm_id"),
        ({"vm_id": vm_id("vm") + "/extensions/x"}, "vm_id_not_valid", "query:vm_id"),
        ({"vm_id": ""}, "invalid_request", "query:vm_id"),
        ({"vm_id": "x" * 1001}, "invalid_request", "query:vm_id"),
        ({"vm_id": [vm_id("a"), vm_id("b")]}, "invalid_request", "query:vm_id"),
        ({"name": ""}, "invalid_request", "query:name"),
        ({"name": "x" * 261}, "invalid_request", "query:name"),
        ({"name": "a\0b"}, "invalid_request", "query:name"),
    ],
)
async def test_what_names_no_vm_is_refused_with_its_pointer(
    world: World, query: dict[str, Any], code: str, pointer: str
) -> None:
    answer = await world.api.get("/v1/jobs", params=query)
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    assert answer.json()["pointer"] == pointer


async def test_jobs_from_before_have_their_vm_filled_in(world: World) -> None:
    """Whatever the version before could have written: by asking, or by taking in."""
    item = await world.item()
    vault = (await world.api.get(f"/v1/vaults/{item['vault_id']}")).json()
    await protected_outside(world, vault, "\u0130STANBUL", "Gr\u00fcn")
    await world.done(f"/v1/vaults/{vault['id']}/refresh", {})
    await world.back_up(item)
    names = (
        "iaasvmcontainerv2;rg-x;vm-theirs",
        "iaasvmcontainerv2;rg-demo;vm-web-01",
        "iaasvmcontainerv2;gr\u00fcn;i\u0307stanbul",
        None,
    )
    await take_in(world, vault["id"], *names)
    await world.rows(
        "INSERT INTO jobs (id, tenant, caller, requested_by, kind, state, ask) VALUES (:id, 't', 'c', 'c', 'backup',"
        ' \'succeeded\', \'{"item": {"vm": "odd"}}\') RETURNING id',
        id=uuid4(),
    )
    read = "SELECT id, vm, vm_key, vm_name_key FROM jobs ORDER BY id"
    before = await world.rows(read)
    assert [row["vm_name_key"] for row in before].count("vm-web-01") == 3
    await world.database.engine.dispose()
    url = world.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    alembic(url, "downgrade", "0014")
    alembic(url, "upgrade", "head")
    assert await world.rows(read) == before
