"""Policies that were written outside with as little as Azure takes: shown, followed and changed like any other."""

from typing import Any

from tests.policies.policy_steps import SIXTY, azure_policy, ended, put, read
from tests.world import World


def strip(properties: dict[str, Any], *members: str) -> None:
    for member in members:
        del properties[member]


async def test_a_policy_without_time_zone_and_instant_days_is_shown_previewed_and_changed(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    strip(azure_policy(world), "timeZone", "instantRpRetentionRangeInDays", "instantRPDetails")
    await world.done(f"/v1/vaults/{vault['id']}/refresh", {})
    shown, _ = await read(world, policy)
    assert (shown["definition"]["time_zone"], shown["definition"]["instant_restore_days"]) == ("UTC", None)
    assert shown["azure"] is None
    preview = await world.api.post("/v1/policies/preview", json=shown["definition"] | {"days": 10})
    assert preview.status_code == 200, preview.text
    assert (await ended(world, await put(world, policy, SIXTY)))["state"] == "succeeded"
    assert azure_policy(world)["timeZone"] == "Eastern Standard Time"


async def test_a_policy_that_leaves_out_its_days_says_what_is_missing(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    schedule = azure_policy(world)["schedulePolicy"]
    schedule["scheduleRunFrequency"] = "Weekly"
    await world.done(f"/v1/vaults/{vault['id']}/refresh", {})
    shown, _ = await read(world, policy)
    assert shown["definition"] is None
    refused = await put(world, policy, SIXTY)
    assert (refused.status_code, refused.json()["code"]) == (409, "policy_read_only")
    assert "does not say scheduleRunDays" in refused.json()["detail"]
    assert "does not support" not in refused.json()["detail"]
