"""The tamper alarm from end to end: one sweep, one alert with its blast radius; set back, it heals."""

from typing import Any

from app.alerts.intake.loop import AlertLoop
from tests.estate.outside_actions import NAME, VMS, Outside, given
from tests.jobs.untracked_steps import slow_sweep
from tests.world import World

ANY = {"If-Match": "*"}


async def alerts(world: World, state: str = "open") -> dict[str, dict[str, Any]]:
    """By kind, after the loop has read every event."""
    loop = AlertLoop(world.database)
    while await loop.run_once() == 0.0:
        pass
    answer = await world.api.get("/v1/alerts", params={"state": state})
    assert answer.status_code == 200, answer.text
    return {one["kind"]: one for one in answer.json()["items"]}


async def test_a_mass_deletion_is_one_alert_with_what_could_be_restored_before_and_after(world: World) -> None:
    vault = await given(world, soft_delete={"state": "on", "days": 30})
    await slow_sweep(world)
    assert await alerts(world) == {}
    await Outside(world, 1).delete(all_=True)
    await slow_sweep(world)
    found = await alerts(world)
    assert set(found) == {"data_deleted"}
    alert = found["data_deleted"]
    assert (alert["severity"], alert["count"], alert["subject"]) == ("critical", 3, f"/v1/vaults/{vault['id']}")
    assert alert["title"].startswith(f"Backup data of {len(VMS)} VMs in {NAME} was deleted outside Holdfast")
    (row,) = await world.rows("SELECT radius FROM estate_weakenings")
    radius = row["radius"]
    assert (radius["vms"], radius["restorable_before"]["vms"], radius["restorable_after"]["vms"]) == (3, 3, 0)
    assert radius["reversible_until"] is not None
    assert radius["reversible_until"] in alert["remedy"]
    assert radius["is_partial"], "points from before Holdfast knew the vault are not counted"


async def test_a_retention_that_is_set_back_heals_its_alert(world: World) -> None:
    await given(world)
    await slow_sweep(world)
    other = Outside(world, 1)
    await other.policy("gold", lambda one: one["retentionPolicy"].pop("monthlySchedule"))
    await slow_sweep(world)
    alert = (await alerts(world))["retention_shrunk"]
    assert "cut outside Holdfast" in alert["title"]
    await other.policy("gold", lambda one: one["retentionPolicy"].update(_monthly()))
    await slow_sweep(world)
    assert await alerts(world) == {}
    assert (await alerts(world, "resolved"))["retention_shrunk"]["id"] == alert["id"]


def _monthly() -> dict[str, Any]:
    return {
        "monthlySchedule": {
            "retentionScheduleFormatType": "Weekly",
            "retentionScheduleWeekly": {"daysOfTheWeek": ["Sunday"], "weeksOfTheMonth": ["First"]},
            "retentionTimes": ["2026-11-22T02:00:00.000Z"],
            "retentionDuration": {"count": 12, "durationType": "Months"},
        }
    }


async def test_what_an_authorised_person_does_through_holdfast_is_no_tampering(world: World) -> None:
    vault = await given(world)
    await slow_sweep(world)
    items = (await world.api.get("/v1/protected-items")).json()["items"]
    assert (await world.api.patch(f"/v1/protected-items/{items[0]['id']}", json={"action": "pause"})).status_code == 202
    assert (await world.api.delete(f"/v1/protected-items/{items[1]['id']}")).status_code == 202
    change = {"soft_delete": {"state": "off"}}
    assert (await world.api.patch(f"/v1/vaults/{vault['id']}", json=change, headers=ANY)).status_code == 202
    await world.settle()
    await slow_sweep(world)
    await slow_sweep(world)
    assert {kind for kind in await alerts(world) if kind != "job_failed"} == set()
    await Outside(world, 1).put_item(VMS[2], protectionState="ProtectionStopped", policyId="")
    await slow_sweep(world)
    assert "protection_stopped" in await alerts(world), "a job of Holdfast explains only what it changed"
