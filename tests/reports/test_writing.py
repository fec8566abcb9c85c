"""The loop that writes reports: once a day, also when nothing started; later news make another revision."""

import asyncio
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import uuid_utils.compat as uuids

from app.reports import reads
from app.reports.day.calendar_day import day_of
from app.reports.day.contents import make_report
from tests.reports.night_steps import AFTER, DUE, NIGHT, Nights, nights
from tests.world import World

HOUR = timedelta(hours=1)
WRITTEN = "SELECT id, day, revision, totals, items::text AS items FROM daily_reports ORDER BY day, revision"


@pytest.fixture
async def steps(world: World) -> Nights:
    return await nights(world)


async def test_a_night_on_which_nothing_started_is_a_report_of_misses_written_once(steps: Nights) -> None:
    await steps.write()
    one, other = steps.loop(), steps.loop()
    await steps.world.rows("UPDATE report_schedules SET due_at = clock_timestamp() RETURNING 1")
    await asyncio.gather(one.run_once(), other.run_once())
    written = await steps.world.rows(WRITTEN)
    assert [(row["day"], row["revision"]) for row in written] == [
        (NIGHT - timedelta(days=days), 1) for days in (3, 2, 1, 0)
    ]
    assert {(row["totals"]["missed"], row["totals"]["expected"]) for row in written[1:]} == {(1, 1)}
    trail = await steps.world.rows("SELECT details FROM audit_entries WHERE action = 'write_report'")
    assert len(trail) == len(written)
    report = await steps.report()
    assert (report["revision"], report["provisional"], report["totals"]["missed"]) == (1, False, 1)
    assert report["changes"]["since"] == {"date": "2026-06-14", "revision": 1}
    page = (await steps.world.api.get("/v1/reports", params={"limit": 3})).json()
    assert [one["date"] for one in page["items"]] == ["2026-06-15", "2026-06-14", "2026-06-13"]
    rest = (await steps.world.api.get("/v1/reports", params={"limit": 3, "cursor": page["next"]})).json()
    assert ([one["date"] for one in rest["items"]], rest["next"]) == (["2026-06-12"], None)
    assert (await steps.world.api.get(page["items"][0]["url"])).json() == report


async def test_what_becomes_known_later_makes_the_next_revision_and_changes_none(steps: Nights) -> None:
    job = await steps.backup(DUE, "running")
    await steps.write()
    before = (await steps.world.rows(WRITTEN))[-1]
    assert before["totals"]["running"] == 1
    for revision, state in ((2, "failed"), (3, "succeeded")):
        await steps.world.rows("UPDATE jobs SET state = :state WHERE id = :job RETURNING 1", state=state, job=job)
        steps.clock.at += (revision - 1) * HOUR
        await steps.write()
        await steps.write()
        assert [row["revision"] for row in await steps.world.rows(WRITTEN) if row["day"] == NIGHT][-1] == revision
    assert next(row for row in await steps.world.rows(WRITTEN) if row["id"] == before["id"]) == before
    assert [(await steps.report(revision=number))["items"][0]["outcome"] for number in (1, 2, 3)] == [
        "running",
        "failed",
        "done",
    ]
    assert (await steps.report())["revision"] == 3
    assert (await steps.get(revision=4)).json()["code"] == "report_not_found"


async def test_an_end_that_came_while_a_revision_had_to_wait_is_in_a_later_one(steps: Nights) -> None:
    job = await steps.backup(DUE, "failed")
    await steps.write()
    for state, revision in (("succeeded", 2), ("failed", 2), (None, 3)):
        steps.clock.at += HOUR
        if state is not None:
            await steps.world.rows("UPDATE jobs SET state = :state WHERE id = :job RETURNING 1", state=state, job=job)
            await steps.world.rows("UPDATE jobs SET updated_at = :at RETURNING 1", at=steps.clock.at)
        await steps.write()
        assert (await steps.report())["revision"] == revision
    assert (await steps.report())["totals"]["failed"] == 1


async def test_revisions_end_after_three_days(steps: Nights) -> None:
    await steps.write()
    steps.clock.at = AFTER + timedelta(days=4)
    await steps.read_until(steps.clock.at)
    await steps.backup(DUE)
    await steps.write()
    assert (await steps.report())["revision"] == 1


async def test_a_vault_that_cannot_be_read_is_named_and_its_items_are_not_called_missed(steps: Nights) -> None:
    await steps.read_until(DUE)
    await steps.write()
    report = await steps.report()
    assert (report["items"][0]["outcome"], report["items"][0]["reason"]) == (None, "vault_not_read")
    assert [one["scope"].rpartition("/")[2] for one in report["unreachable"]] == ["vault-demo"]
    assert report["data_as_of"] == "2026-06-15T02:00:00Z"
    await steps.read_until(AFTER)
    steps.clock.at += HOUR
    await steps.write()
    assert ((await steps.report())["revision"], (await steps.report())["totals"]["missed"]) == (2, 1)


async def test_the_report_waits_for_the_grace_of_the_last_run_and_for_the_days_of_the_tenants_zone(
    steps: Nights,
) -> None:
    """In Auckland (UTC+12) the day ends at 12:00 UTC, and the run at 02:00 UTC may begin until 14:00."""
    await steps.world.rows("UPDATE tenants SET time_zone = 'Pacific/Auckland' RETURNING 1")
    steps.clock.at = DUE + 11 * HOUR
    await steps.write()
    assert (await steps.world.rows(WRITTEN))[-1]["day"] == NIGHT - timedelta(days=1)
    assert (await steps.report())["revision"] == 0
    steps.clock.at = DUE + 13 * HOUR
    await steps.read_until(steps.clock.at)
    await steps.write()
    assert (await steps.world.rows(WRITTEN))[-1]["day"] == NIGHT
    assert (await steps.report())["time_zone"] == "Pacific/Auckland"


async def test_one_item_with_a_long_grace_does_not_hold_up_the_reports_of_the_tenant(steps: Nights) -> None:
    made = {"id": uuids.uuid7(), "tenant": steps.item["tenant"], "item": steps.item["id"], "grace": 30 * 24 * 3600}
    await steps.world.rows(
        "INSERT INTO expectations (id, tenant, protected_item_id, grace_seconds) "
        "VALUES (:id, :tenant, :item, :grace) RETURNING 1",
        **made,
    )
    steps.clock.at = DUE + 33 * HOUR
    await steps.write()
    assert (await steps.report())["revision"] == 0
    steps.clock.at = DUE + 35 * HOUR
    await steps.write()
    report = await steps.report()
    assert (report["revision"], report["items"][0]["reason"]) == (1, "within_grace")


async def test_the_oldest_point_and_a_restore_are_found_in_whatever_order_they_were_read(steps: Nights) -> None:
    """Azure lists the newest job first; and a VM that was protected anew is the same VM."""
    for days in range(1, 4):
        await steps.backup(DUE - timedelta(days=days))
    (row,) = await steps.world.rows("SELECT vm_key FROM protected_items")
    await steps.backup(DUE, kind="restore", protected_item_id=str(uuids.uuid7()), vm_key=row["vm_key"])
    async with steps.world.database.begin() as session:
        facts = await reads.read_facts(session, steps.item["tenant"], day_of(NIGHT, "UTC"), AFTER)
    assert (facts.items[0].oldest_point_at, facts.items[0].is_restored) == (DUE - timedelta(days=3), True)


async def test_a_backup_that_is_read_while_the_report_is_made_is_never_called_missed(steps: Nights) -> None:
    """A sweep commits a job, and that it read so far, between any two statements of the report."""
    for number in range(1, 20):
        await steps.world.rows("DELETE FROM jobs WHERE kind = 'backup' RETURNING 1")
        await steps.read_until(DUE)
        async with steps.world.database.begin() as session:
            execute, ran = session.execute, 0

            async def then_swept(*said: Any, **more: Any) -> Any:
                nonlocal ran
                result, ran = await execute(*said, **more), ran + 1  # noqa: B023
                if ran == number:  # noqa: B023
                    await steps.backup(DUE)
                    await steps.read_until(AFTER)
                return result

            session.execute = then_swept  # type: ignore[method-assign]
            facts = await reads.read_facts(session, steps.item["tenant"], day_of(NIGHT, "UTC"), AFTER)
        (only,) = make_report(day_of(NIGHT, "UTC"), AFTER, facts, None).items
        assert only["outcome"] != "missed", number
        if ran < number:
            return
    pytest.fail("the report takes more statements than were tried")


async def test_a_written_report_is_changed_by_nobody_and_goes_with_its_retention(steps: Nights) -> None:
    await steps.write()
    refused = pytest.raises(psycopg.errors.InsufficientPrivilege, match="stays as it was written")
    with psycopg.connect(steps.world.settings.database_dsn) as owner, refused:
        owner.execute("UPDATE daily_reports SET revision = 9")
    steps.clock.at = AFTER + timedelta(days=500)
    await steps.write()
    assert {row["day"] for row in await steps.world.rows(WRITTEN)} & {NIGHT} == set()
    assert (await steps.get()).json()["code"] == "report_not_found"


async def test_a_tenant_that_is_gone_loses_its_due_row(steps: Nights) -> None:
    await steps.world.rows("INSERT INTO report_schedules (tenant) VALUES ('gone') RETURNING 1")
    await steps.write()
    assert await steps.world.rows("SELECT tenant FROM report_schedules WHERE tenant = 'gone'") == []
