"""What a tear-down deletes in Azure, what it leaves, and that it can die anywhere."""

from tests.jobs.lost_attempts import claim_and_die, end_leases, send
from tests.restores.restore_requests import REPLACE, ask, look
from tests.tear_down.tear_down_steps import (
    NEW_VM,
    appeared,
    control,
    disappeared,
    listed,
    path_of,
    restored,
    tear_down,
)
from tests.world import DISKS, World, vm_id

BLOBS = ["template_blob", "config_blob"]


async def test_everything_that_a_restore_made_is_listed_and_goes(world: World) -> None:
    job = await restored(world, public_ip=True)
    made = await appeared(world)
    there = await listed(world, job)
    assert sorted(one["id"].lower() for one in there if one["deletable"]) == made
    kinds = [one["kind"] for one in there]
    assert kinds == ["vm", "network_interface", "public_ip", "disk", "disk", *BLOBS]
    assert {one["kind"]: one["known_by"] for one in there} == {
        "vm": ["job", "before_after"],
        "network_interface": ["vm", "before_after"],
        "public_ip": ["vm", "before_after"],
        "disk": ["tag", "vm", "before_after"],
        "template_blob": ["job"],
        "config_blob": ["job"],
    }
    ended = await tear_down(world, job)
    assert (ended["state"], ended["kind"]) == ("succeeded", "tear_down"), ended
    assert sorted(one.lower() for one in ended["result"]["deleted"]) == made
    assert [one["kind"] for one in ended["result"]["left"]] == BLOBS
    assert all("az storage blob delete" in one["reason"] for one in ended["result"]["left"])
    assert (await appeared(world), await disappeared(world)) == ([], [])
    deletions = [one["path"].split("/")[-2] for one in world.simulator.world.truth.writes if one["method"] == "DELETE"]
    order = ["virtualMachines", "networkInterfaces", "publicIPAddresses", "disks", "disks"]
    assert deletions == order, "Azure's order, and each once"
    again = await tear_down(world, job)
    assert (again["state"], again["result"]["deleted"]) == ("succeeded", [])
    assert sorted(one.lower() for one in again["result"]["gone"]) == made


async def test_a_lock_leaves_what_it_locks_and_the_rest_goes(world: World) -> None:
    job = await restored(world, public_ip=True, locked=["network_interface"])
    ended = await tear_down(world, job)
    assert ended["state"] == "succeeded_with_warnings", ended
    left = {one["kind"]: one for one in ended["result"]["left"] if one["kind"] not in BLOBS}
    assert (left["network_interface"]["cause"], left["network_interface"]["azure_code"]) == ("refused", "ScopeLocked")
    assert left["public_ip"]["cause"] == "in_use"
    assert sorted(left) == ["network_interface", "public_ip"]
    assert [one["azure_code"] for one in ended["warnings"]] == ["ScopeLocked", None]
    lock = f"{left['network_interface']['id']}/providers/Microsoft.Authorization/locks/planted"
    await control(world, "remove", ids=[lock])
    again = await tear_down(world, job)
    assert (again["state"], len(again["result"]["deleted"])) == ("succeeded", 2)
    assert await appeared(world) == []


async def test_what_was_changed_by_hand_is_left_and_so_is_what_it_is_part_of(world: World) -> None:
    job = await restored(world)
    there = await listed(world, job)
    *_, disk = (one["id"] for one in there if one["kind"] == "disk")
    await control(world, "change", id=disk, vm_id=vm_id("vm-db-01"))
    ended = await tear_down(world, job)
    left = {one["id"]: one for one in ended["result"]["left"] if one["kind"] not in BLOBS}
    assert (ended["state"], list(left), left[disk]["cause"]) == ("succeeded_with_warnings", [disk], "changed")
    assert "vm-db-01 uses it" in left[disk]["reason"]
    # Everything else is another one by now, under the same names: made and torn down once more.
    item = (await world.api.get("/v1/protected-items")).json()["items"][0]
    second = (await ask(world, item, NEW_VM)).json()
    await world.settle()
    machine = next(one for key, one in world.simulator.world.vms.items() if key.endswith("/vm-web-01r"))
    machine.unique_id = "another-one"
    shown = {one["kind"]: one for one in await listed(world, second)}
    assert (shown["vm"]["state"], shown["network_interface"]["cause"], shown["disk"]["cause"]) == (
        "changed",
        "in_use",
        "in_use",
    )
    before = await appeared(world)
    assert (await tear_down(world, second))["result"]["deleted"] == []
    assert await appeared(world) == before


async def test_of_replaced_disks_only_those_that_are_named_and_never_the_vm(world: World) -> None:
    job = await restored(world, REPLACE)
    shown = {one["kind"]: one for one in await listed(world, job)}
    assert (shown["disk"]["cause"], shown["kept_disk"]["cause"]) == ("source", "not_named")
    nothing = await tear_down(world, job)
    assert (nothing["state"], nothing["result"]["deleted"]) == ("succeeded", [])
    kept = sorted(one["id"] for one in await listed(world, job) if one["kind"] == "kept_disk")
    dry = (await world.api.delete(path_of(job) + "?dry_run=true&include=kept_disk")).json()
    assert sorted(one["id"] for one in dry["items"] if one["deletable"]) == kept
    for holder in (vm_id("vm-db-01"), None):  # a person uses it, and takes it off again
        await control(world, "change", id=kept[0], vm_id=holder)
    ended = await tear_down(world, job, "?include=kept_disk")
    assert ended["result"]["deleted"] == kept[1:]
    assert sorted(await disappeared(world)) == [one.lower() for one in kept[1:]], "and nothing else went"


async def test_disks_and_a_half_done_restore_are_known_by_their_tag(world: World) -> None:
    job = await restored(world, DISKS)
    made = await appeared(world)
    assert sorted(one.lower() for one in (await tear_down(world, job))["result"]["deleted"]) == made
    await control(world, "plans", quota=True, times=1)
    item = (await world.api.get("/v1/protected-items")).json()["items"][0]
    failed = (await ask(world, item, NEW_VM)).json()
    await world.settle()
    assert (await look(world, failed))["state"] == "failed"
    left = await appeared(world)
    assert len(left) == 2, "disks of a machine that was not made"
    ended = await tear_down(world, failed)
    assert sorted(one.lower() for one in ended["result"]["deleted"]) == left
    assert await appeared(world) == []
    await control(world, "plans", quota=True, leaves_card=True, public_ip=True)
    failed = (await ask(world, item, NEW_VM)).json()
    await world.settle()
    shown = {one["kind"]: one for one in await listed(world, failed)}
    assert shown["network_interface"]["known_by"] == shown["public_ip"]["known_by"] == ["before_after"]
    ended = await tear_down(world, failed)
    causes = [(one["kind"], one["cause"]) for one in ended["result"]["left"]]
    assert causes == [("network_interface", "not_proven"), ("public_ip", "not_proven")]
    assert (ended["state"], len(await appeared(world))) == ("succeeded_with_warnings", 2)


async def test_restores_that_failed_at_once_in_one_group_list_each_their_own_cards(world: World) -> None:
    """One's name begins with the other's: the longer one tells."""
    job = await restored(world, DISKS)
    await tear_down(world, job)
    await control(world, "plans", quota=True, leaves_card=True)
    item = (await world.api.get("/v1/protected-items")).json()["items"][0]
    failed = {name: (await ask(world, item, NEW_VM | {"name": name})).json() for name in ("vm-back", "vm-back-2")}
    await world.settle()
    for name, one in failed.items():
        (card,) = (it["id"] for it in await listed(world, one) if it["kind"] == "network_interface")
        assert card.rpartition("/")[2].startswith(f"{name}-nic"), (name, card)


async def test_a_restore_needs_no_right_for_it_and_then_less_is_known(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    for path in (r"/resourceGroups/[^/]+/resources", "networkInterfaces", "publicIPAddresses"):
        world.fault("GET", path, "status_before", status=403, code="AuthorizationFailed", times=None)
    await control(world, "truth/inventory")
    job = (await ask(world, item, NEW_VM)).json()
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"
    world.simulator.faults.waiting.clear()
    answer = (await world.api.get(path_of(job))).json()
    shown = {one["kind"]: one for one in answer["items"]}
    assert (answer["before_known"], shown["network_interface"]["cause"]) == (False, "not_proven")
    before = await appeared(world)
    ended = await tear_down(world, job)
    assert (ended["state"], ended["result"]["deleted"]) == ("succeeded_with_warnings", [])
    assert await appeared(world) == before


async def test_whatever_azure_answers_it_ends_and_deletes_what_it_can(world: World) -> None:
    job = await restored(world, delete_option="Delete")
    world.fault("DELETE", "virtualMachines/", "status_before", status=429, times=2)
    world.fault("DELETE", "virtualMachines/", "drop_after")
    ended = await tear_down(world, job)
    assert (ended["state"], await appeared(world)) == ("succeeded", []), ended
    await control(world, "plans", "DELETE")
    item = (await world.api.get("/v1/protected-items")).json()["items"][0]
    job = (await ask(world, item, NEW_VM)).json()
    await world.settle()
    world.fault("DELETE", "networkInterfaces/", "status_after", status=500)
    world.fault("DELETE", "disks/", "acknowledge", times=None)
    made = await appeared(world)
    ended = await tear_down(world, job)
    left = [one for one in ended["result"]["left"] if one["kind"] not in BLOBS]
    assert [one["cause"] for one in left] == ["refused", "refused"], "Azure said yes, again and again, and did nothing"
    assert ended["state"] == "succeeded_with_warnings"
    assert await appeared(world) == [one for one in made if "/disks/" in one]


async def test_a_worker_that_dies_between_steps_or_in_one_loses_nothing(world: World) -> None:
    job = await restored(world)
    made = await appeared(world)
    asked = (await world.api.delete(path_of(job))).json()
    for _ in range(3):  # of each kind: claimed and sent by a worker that is never heard of again
        ticket, attempt_id = await claim_and_die(world)
        await send(world, ticket, attempt_id)
        await end_leases(world)
        for _ in range(4):
            world.advance(60)
            await world.make_due()
            await world.loops["resolving"].run_once()
            await world.loops["operations"].run_once()
            await world.make_due()
            if (await look(world, asked))["state"] != "running":
                break
    await world.settle()
    ended = await look(world, asked)
    assert (ended["state"], sorted(one.lower() for one in ended["result"]["deleted"])) == ("succeeded", made), ended
    assert await appeared(world) == []


async def test_a_leftover_of_last_week_that_a_policy_has_tagged_goes_by_one_more_request(world: World) -> None:
    job = await restored(world, public_ip=True, locked=["disk"])
    first = await tear_down(world, job)
    assert [one["azure_code"] for one in first["warnings"]] == ["ScopeLocked", "ScopeLocked"]
    world.advance(7 * 86_400)
    left = await appeared(world)
    for one in left:
        await control(world, "change", id=one, tags=await tags_of(world, one) | {"CostCenter": "4711"})
        await control(world, "remove", ids=[f"{one}/providers/Microsoft.Authorization/locks/planted"])
    shown = [one for one in await listed(world, job) if one["kind"] == "disk"]
    assert [(one["deletable"], "CostCenter" in one["remark"]) for one in shown] == [(True, True)] * 2, shown
    ended = await tear_down(world, job)
    assert (ended["state"], len(ended["result"]["deleted"]), len(ended["result"]["gone"])) == ("succeeded", 2, 3)
    assert ["CostCenter" in one["remark"] for one in ended["result"]["remarks"]] == [True, True]
    assert (await appeared(world), await disappeared(world)) == ([], [])


async def test_a_disk_that_a_person_used_or_made_larger_is_left(world: World) -> None:
    job = await restored(world, DISKS)
    used, grown = (one["id"] for one in await listed(world, job) if one["kind"] == "disk")
    world.advance(5)
    for holder in (vm_id("vm-db-01"), None):
        await control(world, "change", id=used, vm_id=holder)
    await control(world, "change", id=grown, gib=999)
    shown = {one["id"]: one for one in await listed(world, job)}
    assert "attached to a machine" in shown[used]["reason"]
    assert "size" in shown[grown]["reason"]
    assert {shown[one]["state"] for one in (used, grown)} == {"changed"}
    assert (await tear_down(world, job))["result"]["deleted"] == []
    assert await appeared(world) == sorted([used.lower(), grown.lower()])


async def tags_of(world: World, disk_id: str) -> dict[str, str]:
    return dict(next(one.tags for one in world.simulator.world.disks.values() if one.id.lower() == disk_id))
