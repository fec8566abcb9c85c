"""Protection rules through HTTP: written, previewed, stopped and started; what is refused."""

from tests.protection_rules.rule_steps import (
    changed,
    enforce,
    estate_of,
    hour_later,
    jobs_of,
    made,
    names,
    previewed,
    shown,
)
from tests.world import World

PROD, TEST = {"ENV": "prod"}, {"env": "test"}


async def test_a_rule_is_previewed_enforced_at_its_pace_and_a_second_run_writes_nothing(world: World) -> None:
    target = await estate_of(world, vm_1=PROD, vm_2=PROD, vm_3=PROD, vm_4=TEST)
    rule = await made(world, target, labels={"team": "a"}, max_per_hour=2)
    assert (rule["mode"], rule["state"], rule["on_lost"]) == ("observe", "observing", "report")
    preview = await previewed(world, rule)
    assert names(preview["protect"]) == ["vm-1", "vm-2", "vm-3"]
    assert {one["vault_id"] for one in preview["protect"]} == {target["vault_id"]}
    assert (preview["cost"]["items_count"], preview["hours"], preview["unreachable"]) == (3, 2, [])
    assert float(preview["cost"]["monthly"]["expected"]) > 0
    await enforce(world)
    assert await jobs_of(world, rule) == []

    assert (await changed(world, rule, mode="enforce"))["state"] == "enforcing"
    await enforce(world)
    await enforce(world)
    jobs = await jobs_of(world, rule)
    assert [(job["kind"], job["labels"], job["vm"]["name"]) for job in jobs] == [
        ("protect", {"team": "a"}, "vm-2"),
        ("protect", {"team": "a"}, "vm-1"),
    ]
    await hour_later(world)
    await enforce(world)
    assert len(await jobs_of(world, rule)) == 3
    await world.settle()
    assert {job["state"] for job in await jobs_of(world, rule)} == {"succeeded"}
    before = world.simulator.world.truth.requests["write"]
    await hour_later(world)
    await enforce(world)
    assert (len(await jobs_of(world, rule)), world.simulator.world.truth.requests["write"]) == (3, before)
    preview = await previewed(world, rule)
    assert (preview["protect"], names(preview["unchanged"])) == ([], ["vm-1", "vm-2", "vm-3"])
    assert (await shown(world, rule))["counts"]["unchanged"] == 3
