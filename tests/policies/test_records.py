"""Taking in what a vault has: matched in any letter case, a revision for every change, our own writes left alone."""

from collections.abc import Mapping
from typing import Any

from app.azure.sdk.translate_policies import policy as read_policy
from app.azure.values import AzurePolicy
from app.policies.records import PoliciesTakenIn, drop_policies, take_in_policies
from tests.policies.policy_steps import SIXTY, azure_policy, kept_for, protect, put, read
from tests.world import World


def in_azure(world: World) -> list[AzurePolicy]:
    """The vault's VM policies as the port would list them."""
    vault = next(iter(world.simulator.world.vaults.values()))
    found = [one for one in vault.policies.values() if one["properties"]["backupManagementType"] == "AzureIaasVM"]
    return [read_policy(one) for one in found]


async def take_in(world: World, vault: Mapping[str, Any], policies: list[AzurePolicy]) -> PoliciesTakenIn:
    async with world.database.begin() as session:
        (row,) = await world.rows("SELECT id, tenant FROM vaults")
        assert str(row["id"]) == vault["id"]
        return await take_in_policies(session, tenant=row["tenant"], vault_id=row["id"], policies=policies)


async def test_what_has_not_changed_is_left_alone_whatever_its_letter_case(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    before = await read(world, policy)
    shouted = [AzurePolicy(one.name.upper(), one.definition, one.raw) for one in in_azure(world)]
    assert await take_in(world, vault, shouted) == PoliciesTakenIn((), (), ())
    after = await read(world, policy)
    of_row = [etag.partition("-")[0] for etag in (before[1], after[1])]
    assert of_row[0] == of_row[1], "what If-Match compares"
    assert after[0]["as_of"] > before[0]["as_of"]
    assert after[0]["definition"]["time_zone"] == "America/New_York"


async def test_new_changed_and_gone_are_told_apart_and_a_change_is_a_revision(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    kept_for(world, 14)
    listed = [one for one in in_azure(world) if one.name != "EnhancedPolicy"]
    listed.append(AzurePolicy("Another", listed[0].definition, listed[0].raw))
    taken = await take_in(world, vault, listed)
    assert taken == PoliciesTakenIn(("Another",), ("production",), ("EnhancedPolicy",))
    told = (await world.api.get(f"/v1/policies/{policy['id']}/revisions")).json()["items"]
    assert [(one["number"], one["origin"]) for one in told] == [(2, "azure"), (1, "holdfast")]
    assert told[0]["definition"]["retention"]["daily"] == {"count": 14}


async def test_a_count_of_items_is_no_change_and_a_word_we_lack_is(world: World) -> None:
    vault = await world.vault()
    await world.policy(vault)
    start = (await world.api.get("/v1/events", params={"start": "now"})).json()["next_cursor"]
    azure_policy(world)["protectedItemsCount"] = 7
    assert (await take_in(world, vault, in_azure(world))).changed == ()
    assert (await world.api.get("/v1/events", params={"cursor": start})).json()["items"] == []
    azure_policy(world)["snapshotConsistencyType"] = "OnlyCrashConsistent"
    assert (await take_in(world, vault, in_azure(world))).changed == ("production",)
    azure_policy(world)["snapshotConsistencyType"] = "Another"
    assert (await take_in(world, vault, in_azure(world))).changed == ("production",)
    assert (await take_in(world, vault, in_azure(world))).changed == ()


async def test_a_policy_with_a_write_under_way_is_left_to_that_write(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    await put(world, policy, SIXTY)
    kept_for(world, 14)
    assert await take_in(world, vault, in_azure(world)) == PoliciesTakenIn((), (), ())
    assert await take_in(world, vault, []) == PoliciesTakenIn((), (), ("DefaultPolicy", "EnhancedPolicy"))


async def test_what_is_gone_is_dropped_and_its_items_follow_none(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    await protect(world, vault, policy, "vm-web-01")
    (row,) = await world.rows("SELECT id FROM vaults")
    async with world.database.begin() as session:
        await drop_policies(session, row["id"], ["PRODUCTION"])
    assert (await world.api.get(f"/v1/policies/{policy['id']}")).status_code == 404
    assert await world.rows("SELECT policy_id FROM protected_items") == [{"policy_id": None}]
    assert await world.rows("SELECT number FROM policy_revisions WHERE job_id IS NOT NULL") == []
