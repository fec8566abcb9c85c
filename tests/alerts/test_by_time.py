"""What time alone brings: a silent vault, a quota that is nearly used, weaker points, failures that are past."""

from uuid import UUID

from app.alerts.intake.loop import AlertLoop
from tests.alerts.alert_steps import TENANT, VAULT, Steps

ITEM = UUID(int=7)


async def look(steps: Steps) -> None:
    await steps.sql("UPDATE alert_cursors SET due_at = clock_timestamp()")
    await steps.told()


async def kinds(steps: Steps) -> list[str]:
    return [row["kind"] for row in await steps.alerts()]


async def watched(steps: Steps) -> None:
    await steps.sql(
        "INSERT INTO vault_watches (vault_id, tenant, subscription_id, resource_group, name, seen_until) "
        "VALUES (:vault, :t, 's', 'g', 'v', clock_timestamp() - interval '3 hours')",
        vault=VAULT,
        t=TENANT,
    )


async def test_a_vault_that_is_not_heard_of_is_one_alert_until_it_is(steps: Steps) -> None:
    await steps.run()
    await watched(steps)
    for _ in range(3):
        await look(steps)
        assert [(row["kind"], row["count"]) for row in await steps.alerts()] == [("azure_silent", 1)]
    await steps.sql("UPDATE vault_watches SET seen_until = clock_timestamp()")
    await look(steps)
    assert await steps.announced() == ["opened", "resolved"]


async def test_a_quota_of_which_most_is_used_is_an_alert_until_less_is(steps: Steps) -> None:
    await steps.sql("UPDATE tenants SET quotas = '{\"concurrent_restores\": 5}'")
    for number in range(4):
        await steps.sql("SELECT 1")
        job = await steps.job("running", UUID(int=number + 20), kind="restore")
        await steps.sql("UPDATE jobs SET origin = 'holdfast'")
        await look(steps)
        assert await kinds(steps) == (["quota_near"] if number == 3 else []), number
    await look(steps)
    await steps.sql("UPDATE jobs SET state = 'succeeded' WHERE id = :id", id=job)
    await look(steps)
    assert await steps.announced() == ["opened", "resolved"]


async def test_a_quota_is_near_for_the_grace_of_its_rule(steps: Steps) -> None:
    await steps.run()
    await steps.sql("UPDATE tenants SET quotas = '{\"concurrent_restores\": 1}'")
    await steps.sql(
        "INSERT INTO alert_rules (tenant, kind, enabled, grace_seconds) VALUES (:t, 'quota_near', true, 3600)", t=TENANT
    )
    await steps.job("running", ITEM, kind="restore")
    await steps.sql("UPDATE jobs SET origin = 'holdfast'")
    for _ in range(2):
        await steps.sql("UPDATE alert_cursors SET due_at = clock_timestamp()")
        await steps.run()
    (alert,) = await steps.sql("SELECT opened_at, due_at - first_at > interval '59 minutes' AS waits FROM alerts")
    assert alert == {"opened_at": None, "waits": True}


async def test_three_weaker_points_one_after_another_are_an_alert_and_one_of_the_right_kind_heals(steps: Steps) -> None:
    await steps.run()
    await steps.sql(
        "INSERT INTO protected_items (id, tenant, vault_id, vm_id, vm_key, state) VALUES "
        "(:id, :t, :vault, '/x/vm-7', '/x/vm-7', 'protected')",
        id=ITEM,
        t=TENANT,
        vault=VAULT,
    )
    await steps.sql(
        "INSERT INTO item_health (protected_item_id, tenant, expects_backups, expected_kind) "
        "VALUES (:id, :t, true, 'application')",
        id=ITEM,
        t=TENANT,
    )
    read = (
        "UPDATE item_health SET point_kind = :kind, point_kind_of = coalesce(point_kind_of, '2026-01-01Z') "
        "+ interval '1 day'"
    )
    for kind in ("crash", "application", "crash", "file_system"):
        await steps.sql(read, kind=kind)
        for _ in range(2):
            await look(steps)
            assert await kinds(steps) == []
    await steps.sql(read, kind="crash")
    await look(steps)
    (alert,) = await steps.alerts()
    assert alert["details"] == {"expected": "application", "last": "crash", "points": 3}
    await steps.sql(read, kind="application")
    await look(steps)
    assert await steps.announced() == ["opened", "resolved"]


async def heard(steps: Steps, jobs: str, settings: str) -> None:
    await steps.sql("UPDATE vault_watches SET seen_until = clock_timestamp() - CAST(:at AS interval)", at=jobs)
    await steps.sql("UPDATE vaults SET as_of = clock_timestamp() - CAST(:at AS interval)", at=settings)
    await look(steps)


async def test_a_vault_whose_settings_alone_cannot_be_read_is_an_alert_of_its_own(steps: Steps) -> None:
    """Jobs are read with another right: without this one it is not seen what is weakened."""
    await steps.run()
    await watched(steps)
    for jobs, settings, keys in (
        ("1 minute", "1 minute", []),
        ("1 minute", "3 hours", [f"{VAULT}/settings"]),
        ("3 hours", "3 hours", [str(VAULT)]),
        ("1 minute", "1 minute", []),
    ):
        await heard(steps, jobs, settings)
        assert [row["key"] for row in await steps.alerts()] == keys, (jobs, settings)


async def test_a_vault_is_not_silent_between_two_sweeps_however_short_the_grace(steps: Steps) -> None:
    await steps.run()
    await watched(steps)
    await steps.sql(
        "INSERT INTO alert_rules (tenant, kind, enabled, grace_seconds) VALUES (:t, 'azure_silent', true, 0)", t=TENANT
    )
    for jobs, is_silent in (("16 minutes", False), ("31 minutes", True)):
        await heard(steps, jobs, "1 minute")
        assert bool(await steps.alerts()) == is_silent
    await AlertLoop(steps.database, poll_seconds=60).run_once()
    await steps.sql("UPDATE alert_cursors SET due_at = clock_timestamp()")
    await AlertLoop(steps.database, poll_seconds=60).run_once()
    assert await steps.alerts() == [], "it is swept half as often there"


async def test_what_was_set_by_a_tenant_that_is_deleted_goes_and_its_alerts_too(steps: Steps) -> None:
    await steps.job("failed", ITEM)
    await steps.told()
    await steps.sql("INSERT INTO alert_rules (tenant, kind, enabled) VALUES (:t, 'job_failed', true)", t=TENANT)
    await steps.sql(
        "INSERT INTO alert_silences (id, tenant, from_at, until_at, reason, created_by) SELECT gen_random_uuid(), :t, "
        "now(), now() - age, 'r', 'c' FROM unnest(ARRAY['1 day', '401 days']::interval[]) AS age",
        t=TENANT,
    )
    await steps.sql(
        "INSERT INTO alert_mails (id, tenant, once, recipient, subject, body) VALUES "
        "(gen_random_uuid(), :t, 'o', 'a', 's', 'b')",
        t=TENANT,
    )
    await look(steps)
    assert len(await steps.sql("SELECT 1 FROM alert_silences")) == 1, "one ended long ago"
    assert len(await steps.alerts()) == len(await steps.sql("SELECT 1 FROM alert_mails")) == 1
    await steps.as_owner("DELETE FROM tenants")
    await look(steps)
    for table in ("alerts", "alert_rules", "alert_silences", "alert_mails"):
        assert await steps.sql(f"SELECT 1 FROM {table}") == [], table  # noqa: S608 - four constants


async def test_a_failure_that_did_not_come_again_for_a_week_is_over(steps: Steps) -> None:
    await steps.job("failed", ITEM)
    await steps.told()
    await look(steps)
    assert await kinds(steps) == ["job_failed"]
    await steps.sql("UPDATE alerts SET seen_at = seen_at - interval '8 days'")
    await look(steps)
    assert await kinds(steps) == []


async def prove(steps: Steps, days: int, item: UUID = ITEM) -> None:
    """A test proved the item so long ago."""
    await steps.sql(
        "INSERT INTO protected_items (id, tenant, vault_id, vm_id, vm_key, state, last_proven_at, proven_level) "
        "VALUES (:id, :t, :vault, '/s/vm-7', CAST(:id AS text), 'protected', "
        "clock_timestamp() - make_interval(days => :days), 'boots') ON CONFLICT (id) DO UPDATE "
        "SET last_proven_at = excluded.last_proven_at",
        id=item,
        t=TENANT,
        vault=VAULT,
        days=days,
    )


async def test_a_proof_that_is_too_old_and_a_missed_schedule_are_alerts_until_a_test_ran(steps: Steps) -> None:
    await steps.run()
    await prove(steps, 89)
    await look(steps)
    assert await kinds(steps) == []
    await prove(steps, 91)
    for _ in range(2):
        await look(steps)
        (alert,) = await steps.alerts()
        assert (alert["kind"], alert["count"], "vm-7" in alert["title"]) == ("restore_test_failed", 1, True)
    # One that an event opened is no business of the clock.
    await steps.sql(
        "INSERT INTO alerts SELECT (jsonb_populate_record(alerts, jsonb_build_object('id', gen_random_uuid(), 'key', "
        "thing, 'title', 'failed'))).* FROM alerts"
    )
    await steps.as_owner(
        "INSERT INTO restore_tests (id, tenant, name, definition, hash, owner, missed) VALUES (gen_random_uuid(), "
        "%(t)s, 'web', jsonb_build_object('schedule', jsonb_build_object('cron', '0 0 * * *')), 'h', '{}', "
        "jsonb_build_object('at', '2026-01-31T10:00:00Z', 'reason', 'Why.'))",
        t=TENANT,
    )
    await look(steps)
    assert sorted(one["title"].split()[0] for one in await steps.alerts()) == ["No", "The", "failed"]
    await _a_test_that_judges_nothing(steps)
    await prove(steps, 1)
    await steps.sql("UPDATE restore_tests SET last_round_at = '2026-02-01T10:00:00Z'")
    await look(steps)
    assert [one["title"] for one in await steps.alerts() if one["resolved_at"] is None] == ["failed"]


async def _a_test_that_judges_nothing(steps: Steps) -> None:
    """Two rounds in a row without a VM that was judged; one that a person cancelled is none of them."""

    async def titles() -> list[str]:
        await look(steps)
        return [one["title"] for one in await steps.alerts() if "judged" in one["title"] and not one["resolved_at"]]

    async def round_(number: int, outcome: str, *, is_cancelled: bool = False) -> None:
        job = UUID(int=900 + number)
        await steps.sql(
            "INSERT INTO jobs (id, tenant, caller, requested_by, kind, state, resource_id, ask, finished_at, cancel) "
            "SELECT :id, :t, 'c', 'ada', 'restore_test_run', 'succeeded_with_warnings', id, '{}', clock_timestamp(), "
            "CASE WHEN :cancelled THEN CAST('{}' AS jsonb) END FROM restore_tests",
            id=job,
            t=TENANT,
            cancelled=is_cancelled,
        )
        await steps.sql(
            "INSERT INTO restore_test_runs (id, tenant, restore_test_id, job_id, position, state, vm_id, outcome, "
            "detail, protected_item_id) SELECT :id, :t, id, :id, 0, 'ended', '/vm', :outcome, 'No point.', id "
            "FROM restore_tests",
            id=job,
            t=TENANT,
            outcome=outcome,
        )

    await round_(1, "not_proven")
    await round_(2, "not_proven", is_cancelled=True)
    assert await titles() == []
    await round_(3, "not_proven")
    (title,) = await titles()
    assert title.startswith("The restore test web has judged no VM in its last 2 rounds")
    (alert,) = [one for one in await steps.alerts() if one["title"] == title]
    assert "No point." in alert["remedy"]
    await round_(4, "failed")
    assert await titles() == []
