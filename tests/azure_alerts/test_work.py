"""What a job sets up in Azure, changes and removes; what it keeps; and that it can die anywhere."""

import json
from typing import Any

import pytest

from tests.azure_alerts.alert_steps import (
    GIVEN,
    MAILS,
    THEIRS,
    can_be_called,
    fired,
    give_group,
    hooks_of,
    in_azure,
    outside,
    path_of,
    put,
    read,
    remove,
    settings_of,
)
from tests.jobs.lost_attempts import claim_and_die, end_leases
from tests.vaults.vault_steps import seed
from tests.world import World

ALL = {"actionGroups", "metricAlerts", "actionRules"}


def name_of(vault: dict[str, Any]) -> str:
    return f"holdfast-{vault['id']}"


async def test_mails_get_a_group_an_alert_that_skips_healthy_events_and_the_built_in_ones(
    world: World,
) -> None:
    vault = await world.vault()
    settings_of(world)["azureMonitorAlertSettings"]["alertsForAllJobFailures"] = "Disabled"
    settings_of(world)["azureMonitorAlertSettings"]["alertsForAllFailoverIssues"] = "Disabled"
    job = await put(world, vault, **MAILS, severity=2)
    assert (job["kind"], job["state"]) == ("set_azure_alerts", "succeeded"), job
    group = in_azure(world, "actionGroups")[name_of(vault)]
    assert [one["emailAddress"] for one in group["properties"]["emailReceivers"]] == MAILS["emails"]
    assert group["tags"] == {"holdfast-vault": vault["id"]}
    alert = in_azure(world, "metricAlerts")[name_of(vault)]["properties"]
    assert (alert["severity"], alert["scopes"]) == (2, [vault["arm_id"]])
    (criterion,) = alert["criteria"]["allOf"]
    assert criterion["dimensions"] == [{"name": "healthStatus", "operator": "Exclude", "values": ["Healthy"]}]
    assert settings_of(world)["azureMonitorAlertSettings"] == {
        "alertsForAllJobFailures": "Enabled",
        "alertsForAllReplicationIssues": "Enabled",
        "alertsForAllFailoverIssues": "Disabled",
    }
    assert {one["kind"] for one in job["result"]["resources"]} == {
        "action_group",
        "metric_alert",
        "alert_processing_rule",
    }
    shown = await read(world, vault)
    assert (shown["state"], shown["made_action_group"], shown["severity"]) == ("ready", True, 2)

    before = len(world.simulator.world.truth.writes)
    assert (await put(world, vault, **MAILS, severity=2))["state"] == "succeeded"
    assert len(world.simulator.world.truth.writes) == before, "it is as asked already"
    await put(world, vault, emails=["b@example.com", "c@example.com"], severity=0, built_in=False)
    (group,) = in_azure(world, "actionGroups").values()
    assert [one["emailAddress"] for one in group["properties"]["emailReceivers"]] == ["b@example.com", "c@example.com"]
    assert in_azure(world, "metricAlerts")[name_of(vault)]["properties"]["severity"] == 0
    assert in_azure(world, "actionRules") == {}
    assert settings_of(world)["azureMonitorAlertSettings"]["alertsForAllJobFailures"] == "Disabled"

    can_be_called(world)
    await put(world, vault, receive=True)
    assert fired(world, health_status="Healthy") == []
    assert len(fired(world, health_status="Transient Unhealthy")) == 1
    assert len(fired(world, built_in="Backup Failure")) == 1


async def test_an_old_vault_without_the_block_gets_the_one_setting(world: World) -> None:
    vault = await world.vault()
    await seed(world, old_vaults=[{"vault_id": vault["arm_id"]}])
    settings_of(world)["azureMonitorAlertSettings"]["alertsForAllJobFailures"] = "Disabled"
    assert (await put(world, vault, **MAILS))["state"] == "succeeded"
    assert settings_of(world)["azureMonitorAlertSettings"]["alertsForAllJobFailures"] == "Enabled"


async def test_a_given_group_is_only_named_and_never_written_without_receive(world: World) -> None:
    vault = await world.vault()
    await give_group(world, THEIRS)
    before = json.dumps(in_azure(world, "actionGroups"))
    job = await put(world, vault, action_group_id=GIVEN.upper().replace("/SUBSCRIPTIONS", "/subscriptions"))
    assert job["state"] == "succeeded", job
    assert json.dumps(in_azure(world, "actionGroups")) == before
    assert len(fired(world, built_in="Backup Failure")) == 1
    await remove(world, vault)
    assert json.dumps(in_azure(world, "actionGroups")) == before
    assert {kind for kind in ALL if in_azure(world, kind)} == {"actionGroups"}


async def test_our_receiver_goes_from_a_given_group_and_those_of_others_that_came_meanwhile_stay(world: World) -> None:
    vault = await world.vault()
    can_be_called(world)
    other = GIVEN + "-2"
    await give_group(world)
    await give_group(world, path=other)
    await put(world, vault, action_group_id=other, receive=True)
    await put(world, vault, action_group_id=GIVEN, receive=True)
    assert (set(hooks_of(world)), set(hooks_of(world, "on-call-2"))) == ({name_of(vault)}, set())
    group = in_azure(world, "actionGroups")["on-call"]
    body = {"location": "Global", "tags": group["tags"], "properties": dict(group["properties"])}
    body["properties"]["webhookReceivers"] = [*group["properties"]["webhookReceivers"], THEIRS]
    await outside(world, "PUT", GIVEN, body)
    assert (await remove(world, vault))["result"] == {"kind": "set_azure_alerts", "resources": [], "kept": []}
    assert set(hooks_of(world)) == {"theirs"}
    left = in_azure(world, "actionGroups")["on-call"]
    assert left["tags"] == {"team": "a"}
    assert [one["name"] for one in left["properties"]["armRoleReceivers"]] == ["owners"]
    assert (await world.api.get(path_of(vault))).status_code == 404
    await put(world, vault, action_group_id=other, receive=True)
    await put(world, vault, action_group_id=GIVEN)
    assert set(hooks_of(world, "on-call-2")) == set()
    assert set(in_azure(world, "actionGroups")) == {"on-call", "on-call-2"}


async def test_a_group_of_ours_stays_where_others_have_put_a_receiver_in(world: World) -> None:
    vault = await world.vault()
    await put(world, vault, **MAILS)
    group = in_azure(world, "actionGroups")[name_of(vault)]
    properties = group["properties"] | {"webhookReceivers": [THEIRS]}
    await outside(world, "PUT", group["id"], {"location": "Global", "properties": properties})
    job = await remove(world, vault)
    assert job["result"]["kept"] == [group["id"].replace("microsoft.insights", "Microsoft.Insights")]
    assert set(hooks_of(world, name_of(vault))) == {"theirs"}
    assert in_azure(world, "actionGroups")[name_of(vault)]["properties"]["emailReceivers"] == []


async def test_a_group_that_is_not_there_or_off_is_refused_and_nothing_is_sent(world: World) -> None:
    vault = await world.vault()
    before = len(world.simulator.world.truth.writes)
    job = await put(world, vault, action_group_id=GIVEN)
    assert (job["state"], job["error"]["code"]) == ("failed", "action_group_missing")
    assert job["error"]["remedy"]
    assert len(world.simulator.world.truth.writes) == before
    assert (await world.api.get(path_of(vault))).status_code == 404, "nothing of it is in Azure"
    await give_group(world)
    world.simulator.world.monitor[GIVEN.lower()]["properties"]["enabled"] = False
    before = len(world.simulator.world.truth.writes)
    job = await put(world, vault, action_group_id=GIVEN)
    assert (job["state"], job["error"]["code"]) == ("failed", "action_group_off")
    assert len(world.simulator.world.truth.writes) == before


@pytest.mark.parametrize("effect", ["drop_after", "drop_before"])
async def test_a_lost_answer_of_every_write_ends_well_and_makes_one_of_each(world: World, effect: str) -> None:
    vault = await world.vault()
    can_be_called(world)
    settings_of(world)["azureMonitorAlertSettings"]["alertsForAllJobFailures"] = "Disabled"
    for path in ("/actionGroups/", "/metricAlerts/", "/actionRules/"):
        world.fault("PUT", path, effect)
    world.fault("PATCH", "/vaults/vault-demo$", effect)
    faults = world.simulator.faults.waiting[-4:]
    assert (await put(world, vault, **MAILS, receive=True))["state"] == "succeeded"
    assert [one.hits for one in faults] == [1, 1, 1, 1]
    assert [len(in_azure(world, kind)) for kind in sorted(ALL)] == [1, 1, 1]
    assert len(hooks_of(world, name_of(vault))) == 1


async def test_what_fails_after_the_first_write_is_followed_by_the_rest_or_by_a_removal(
    world: World,
) -> None:
    vault = await world.vault()
    world.fault("PUT", "/metricAlerts/", "status_before", status=403, code="AuthorizationFailed")
    job = await put(world, vault, **MAILS)
    assert (job["state"], job["error"]["code"]) == ("failed", "azure_denied")
    assert "1 of 3 writes had been made" in job["error"]["detail"]
    assert job["error"]["remedy"]
    assert (await read(world, vault))["state"] == "incomplete"
    assert set(in_azure(world, "actionGroups")) == {name_of(vault)}
    assert (await remove(world, vault))["state"] == "succeeded"
    assert not any(in_azure(world, kind) for kind in ALL)

    world.simulator.world.truth.writes.clear()
    world.fault("PUT", "/metricAlerts/", "status_before", status=429, retry_after="1")
    assert (await put(world, vault, **MAILS))["state"] == "succeeded"
    writes = [one["path"] for one in world.simulator.world.truth.writes]
    assert sum("/actionGroups/" in path for path in writes) == 1, "only the rest is asked for again"
    await remove(world, vault)

    can_be_called(world)
    await world.api.put(path_of(vault), json={**MAILS, "receive": True})
    await claim_and_die(world)
    await end_leases(world)
    await world.settle()
    assert (await read(world, vault))["state"] == "ready"
    assert [len(in_azure(world, kind)) for kind in sorted(ALL)] == [1, 1, 1]


async def test_azure_says_yes_and_does_nothing_then_the_job_waits_and_does_not_claim_success(world: World) -> None:
    vault = await world.vault()
    world.fault("PUT", "/metricAlerts/", "acknowledge")
    answer = await world.api.put(path_of(vault), json=MAILS)
    await world.run_due()
    job = (await world.api.get(answer.headers["Location"])).json()
    assert job["state"] not in {"succeeded", "failed"}
    assert (await read(world, vault))["state"] == "setting"


async def test_a_vault_is_not_deleted_while_azure_still_reports_on_it_for_holdfast(world: World) -> None:
    vault = await world.vault()
    await put(world, vault, **MAILS)
    refused = await world.api.delete(f"/v1/vaults/{vault['id']}")
    (blocker,) = refused.json()["blockers"]
    assert (refused.status_code, blocker["kind"]) == (409, "azure_alerts")
    method, path = blocker["call"].split()
    assert (await world.api.request(method, path)).status_code == 202
    await world.settle()
    await put(world, vault, **MAILS)
    vaults, world.simulator.world.vaults = world.simulator.world.vaults, {}
    assert (await remove(world, vault))["state"] == "succeeded", "also while Azure has lost the vault"
    assert not any(in_azure(world, kind) for kind in ALL)
    world.simulator.world.vaults = vaults
    assert (await world.api.delete(f"/v1/vaults/{vault['id']}")).status_code == 202
