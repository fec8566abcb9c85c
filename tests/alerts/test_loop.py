"""The loop: once, in order, with two workers, after one that died; graces, silences, storms."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.alerts.intake import by_time, telling
from app.alerts.intake.loop import AT_IT_SECONDS, AlertLoop
from tests.alerts.alert_steps import TENANT, VAULT, Steps
from tests.whole import of_walk

ITEM, OTHER, SILENCED, HEALED = (UUID(int=number) for number in (7, 8, 9, 10))


async def test_a_failed_backup_is_an_alert_after_its_grace_and_the_next_one_that_is_well_heals_it(steps: Steps) -> None:
    await steps.job("failed", ITEM)
    await steps.run()
    (alert,) = await steps.alerts()
    assert (alert["opened_at"], await steps.announced()) == (None, [])
    await steps.grace_ends()
    await steps.run()
    (alert,) = await steps.alerts()
    assert (alert["title"], alert["remedy"]) == ("The backup of vm-7 failed: It broke", "Mend.")
    await steps.job("failed", ITEM)
    await steps.job("succeeded", OTHER)
    await steps.job("succeeded", ITEM, kind="change_policy")
    await steps.run()
    assert [one["count"] for one in await steps.alerts()] == [2]
    await steps.job("succeeded_with_warnings", ITEM)
    await steps.run()
    assert await steps.alerts() == []
    assert await steps.announced() == ["opened", "resolved"]


async def test_what_heals_within_its_grace_was_never_an_alert(steps: Steps) -> None:
    await steps.job("failed", ITEM)
    await steps.job("succeeded", ITEM)
    await steps.told()
    assert (await steps.alerts(is_open=False), await steps.announced()) == ([], [])


async def test_a_job_that_needs_a_person_is_an_alert_until_one_decides(steps: Steps) -> None:
    job = await steps.job("needs_attention", ITEM)
    await steps.told()
    (alert,) = await steps.alerts()
    assert f"/v1/jobs/{job}/resolve" in alert["remedy"]
    await steps.sql("UPDATE jobs SET state = 'cancelled' WHERE id = :id", id=job)
    await steps.run()
    assert await steps.alerts() == []


async def test_a_restore_over_a_live_vm_is_an_alert_from_its_beginning_to_its_end(steps: Steps) -> None:
    for mode in ("disks", "replace_disks"):
        job = await steps.job("queued", ITEM, kind="restore", ask={"target": {"mode": mode}})
        await steps.sql("UPDATE jobs SET state = 'running' WHERE id = :id", id=job)
    await steps.run()
    (alert,) = await steps.alerts()
    assert (alert["kind"], alert["subject"]) == ("replacement_started", f"/v1/jobs/{job}")
    await steps.sql("UPDATE jobs SET state = 'succeeded' WHERE id = :id", id=job)
    await steps.run()
    assert await steps.announced() == ["opened", "resolved"]


async def test_four_thousand_failures_in_a_minute_are_one_alert_one_event_and_one_mail(steps: Steps) -> None:
    """A region is down: 40 vaults, three batches of events and more, two workers at once."""
    await steps.sql(
        "INSERT INTO vaults (id, tenant, subscription_id, resource_group, name, arm_key, location, state) SELECT "
        "lpad(to_hex(n), 32, '0')::uuid, :t, 's', 'g', CAST(n AS text), CAST(n AS text), 'westus', 'ready' "
        "FROM generate_series(2, 40) AS n",
        t=TENANT,
    )
    await steps.sql(
        "INSERT INTO alert_rules (tenant, kind, enabled, mail) VALUES (:t, 'job_failed', true, '[\"a@example.com\"]')",
        t=TENANT,
    )
    number = of_walk(short=1200, whole=4000)  # more than one batch
    await steps.failures(100, 99 + number, vaults=40)
    await steps.run(workers=2)
    await steps.grace_ends()
    await steps.run(workers=2)
    (storm,) = await steps.alerts(is_open=False)
    assert (storm["is_storm"], storm["count"]) == (True, number)
    assert storm["title"].startswith(f"{number} times in westus: The backup of vm-")
    assert await steps.announced() == ["opened"]
    assert len(await steps.sql("SELECT 1 FROM alert_mails")) == 1
    await steps.sql("UPDATE jobs SET state = 'failed'")
    await steps.sql(
        "INSERT INTO jobs (id, tenant, vault_id, protected_item_id, kind, state, origin, ask, caller, requested_by) "
        "SELECT gen_random_uuid(), tenant, vault_id, protected_item_id, kind, 'succeeded', origin, ask, caller, "
        "requested_by FROM jobs"
    )
    await steps.run(workers=2)
    assert await steps.alerts() == []
    assert await steps.announced() == ["opened", "resolved"]
    assert await steps.sql("SELECT 1 FROM alert_members LIMIT 1") == []


@pytest.mark.parametrize("dies_at", ["_take_events", "_look_at_clock", "tell"])
async def test_a_worker_that_dies_anywhere_leaves_nothing_half_done(
    steps: Steps, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    """Its transaction ends without a commit, as when it is killed. The next worker does all of it, once."""
    await steps.job("failed", ITEM)
    await steps.run()
    await steps.grace_ends()
    await steps.job("failed", ITEM)
    whole: Any = telling.tell_due if dies_at == "tell" else getattr(AlertLoop, dies_at)

    async def die(*given: Any) -> Any:
        await whole(*given)
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        if dies_at == "tell":
            patched.setattr(telling, "tell_due", die)
        else:
            patched.setattr(AlertLoop, dies_at, die)
        with pytest.raises(asyncio.CancelledError):
            await steps.loop.run_once()
    await steps.run(workers=2)
    (alert,) = await steps.alerts()
    assert (alert["count"], len(alert["events"])) == (2, 2)
    assert await steps.announced() == ["opened"]


async def test_a_rule_that_fails_costs_its_event_and_none_after_it(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    await steps.job("failed", ITEM)
    whole = AlertLoop.__init__.__globals__["findings_of"]

    def fail(event: Any) -> Any:
        if event.data.get("state") == "succeeded":
            raise KeyError("strange")
        return whole(event)

    monkeypatch.setattr("app.alerts.intake.loop.findings_of", fail)
    await steps.job("succeeded", ITEM)
    await steps.job("failed", OTHER)
    await steps.run()
    assert len(await steps.alerts()) == 2


async def silence(steps: Steps, **of: Any) -> None:
    wanted = {"kind": None, "subject": None, "vault_id": None, "label": None} | of
    await steps.sql(
        "INSERT INTO alert_silences (id, tenant, kind, subject, vault_id, label, from_at, until_at, reason, "
        "created_by) VALUES (gen_random_uuid(), :t, :kind, :subject, :vault_id, :label, now() - interval '1 hour', "
        "now() + interval '1 hour', 'r', 'c')",
        t=TENANT,
        **wanted,
    )


@pytest.mark.parametrize(("fleet", "held"), [((1, 1), True), ((1, 2), False), ((2, 2), False)])
async def test_a_silence_of_one_vault_holds_back_a_storm_of_that_vault_only(
    steps: Steps,
    fleet: tuple[int, int],
    held: bool,  # noqa: FBT001
) -> None:
    """`fleet`: in which vault the five failures are that make the storm, and in which one the later ones."""
    await steps.vault(UUID(int=2))
    await silence(steps, vault_id=VAULT)
    for count, vault in ((5, fleet[0]), (3, fleet[1])):
        for number in range(count):
            await steps.job("failed", UUID(int=100 * vault + 10 * count + number), vault=UUID(int=vault))
        await steps.run()
    await steps.told()
    (storm,) = await steps.alerts()
    assert (storm["is_storm"], storm["told_at"] is None) == (True, held)


async def test_a_silence_of_a_label_holds_back_a_storm_of_which_all_have_it(steps: Steps) -> None:
    await silence(steps, label="env=test")
    for labels, announced in (('{"env": "test", "n": "1"}', []), ('{"env": "prod"}', ["opened"])):
        for number in range(6):
            job = await steps.job("queued", UUID(int=100 + number))
            await steps.sql("UPDATE jobs SET labels = CAST(:labels AS jsonb) WHERE id = :id", labels=labels, id=job)
            await steps.sql("UPDATE jobs SET state = 'failed' WHERE id = :id", id=job)
        await steps.run()
        await steps.sql("UPDATE alerts SET due_at = now() WHERE opened_at IS NULL")
        await steps.run()
        assert await steps.announced() == announced
        await steps.sql("DELETE FROM alerts")


async def test_nothing_is_announced_while_events_wait_that_may_say_that_it_is_well(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No worker ran for a while: the recovery is among the events that are not read yet. In a flood it goes on."""
    await steps.job("failed", ITEM)
    await steps.run()
    await steps.grace_ends()
    for _ in range(2):
        await steps.job("failed", OTHER)
    loop = AlertLoop(steps.database, batch=1)
    monkeypatch.setattr("app.alerts.intake.loop.BEHIND", -timedelta(minutes=1))  # so the next ones are old
    assert await loop.run_once() == 0.0
    assert await steps.announced() == []
    monkeypatch.setattr("app.alerts.intake.loop.BEHIND", timedelta(hours=1))
    assert await loop.run_once() == 0.0
    assert await steps.announced() == ["opened"]


async def test_a_worker_announces_nothing_while_another_one_reads_events(steps: Steps) -> None:
    await steps.job("failed", ITEM)
    await steps.run()
    await steps.grace_ends()
    await steps.sql("UPDATE alert_cursors SET due_at = clock_timestamp() + interval '1 hour'")
    async with steps.database.begin() as session:
        await session.execute(text("SELECT 1 FROM alert_cursors WHERE name = 'events' FOR UPDATE"))
        assert await steps.loop.run_once() == AT_IT_SECONDS
    assert await steps.announced() == []
    await steps.run()
    assert await steps.announced() == ["opened"]


async def test_one_worker_at_a_time_writes_alerts(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the two ways that heal the members of one storm leave it open, without any."""
    await steps.run()
    free: list[Any] = []

    async def look(_session: Any, **_: Any) -> None:
        free.append(await steps.sql("SELECT 1 FROM alert_cursors WHERE name = 'events' FOR UPDATE SKIP LOCKED"))

    monkeypatch.setattr(by_time, "look", look)
    await steps.sql("UPDATE alert_cursors SET due_at = clock_timestamp()")
    await steps.run()
    assert free == [[]]


async def test_a_webhook_that_holdfast_disabled_is_an_alert_until_it_is_resumed_or_deleted(steps: Steps) -> None:
    await steps.as_owner(
        "INSERT INTO webhooks (id, tenant, url, types, secret)"
        " VALUES (gen_random_uuid(), %(t)s, 'https://a', '[]', '-')",
        t=TENANT,
    )
    for change, count in (
        ("SET state = 'disabled', disabled_reason = 'failing'", 1),
        ("SET url = 'https://b'", 1),
        ("SET state = 'active', disabled_reason = NULL", 0),
        ("SET state = 'disabled', disabled_reason = 'gone'", 1),
    ):
        await steps.as_owner(f"UPDATE webhooks {change}")
        await steps.run()
        assert [one["count"] for one in await steps.alerts()] == [1] * count, change
    assert [one["title"] for one in await steps.alerts()] == ["A webhook was disabled: gone"]
    await steps.as_owner("DELETE FROM webhooks")
    await steps.run()
    assert await steps.announced() == ["opened", "resolved"] * 2


async def test_a_silenced_alert_is_recorded_and_announced_when_the_window_ends_if_it_is_still_so(steps: Steps) -> None:
    await silence(steps, kind="job_failed")
    for item in (ITEM, OTHER):
        await steps.job("failed", item)
    await steps.told()
    assert all(one["opened_at"] and one["silenced_by"] and not one["told_at"] for one in await steps.alerts())
    await steps.job("succeeded", OTHER)
    await steps.run()
    assert await steps.announced() == []
    await steps.sql("UPDATE alert_silences SET until_at = now()")
    await steps.sql("UPDATE alerts SET due_at = now() WHERE told_at IS NULL")
    await steps.run()
    assert await steps.announced() == ["opened"]


async def test_a_kind_that_is_off_opens_nothing_and_lets_heal_what_is_open(steps: Steps) -> None:
    """And nothing that a silence held back before it was switched off. Switched on, it opens what is still wrong."""
    vm = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm-9"
    await silence(steps, subject=vm)
    await steps.job("failed", ITEM)
    await steps.job("failed", SILENCED)
    await steps.told()
    await steps.sql("INSERT INTO alert_rules (tenant, kind, enabled) VALUES (:t, 'job_failed', false)", t=TENANT)
    await steps.sql("DELETE FROM alert_silences")
    await steps.sql("UPDATE alerts SET due_at = now() WHERE told_at IS NULL")
    for item in (OTHER, HEALED):
        await steps.job("failed", item)
    await steps.job("succeeded", ITEM)
    await steps.told()
    assert [one["key"][:36] for one in await steps.alerts() if one["opened_at"]] == [str(SILENCED)]
    assert await steps.announced() == ["opened", "resolved"]
    await steps.job("succeeded", HEALED)
    await steps.sql("UPDATE alert_rules SET enabled = true")
    await steps.sql("UPDATE alerts SET due_at = now()")  # as `service.put_rule` does
    await steps.run()
    assert [one["key"][:36] for one in await steps.alerts() if one["told_at"]] == [str(SILENCED), str(OTHER)]
    assert await steps.announced() == ["opened", "resolved", "opened", "opened"]


async def test_a_vm_that_is_missing_opens_and_one_that_is_there_again_heals(steps: Steps) -> None:
    await steps.sql(
        "INSERT INTO protected_items (id, tenant, vault_id, vm_id, vm_key, state) VALUES "
        "(:id, :tenant, :vault, '/x/vm-7', '/x/vm-7', 'protected')",
        id=ITEM,
        tenant=TENANT,
        vault=UUID(int=1),
    )
    for is_missing, opened in ((True, 1), (False, 0), (True, 1)):
        await steps.sql("UPDATE protected_items SET vm_missing = :it", it=is_missing)
        await steps.told()
        assert len(await steps.alerts()) == opened
    await steps.sql("DELETE FROM protected_items")
    await steps.run()
    assert await steps.alerts() == []


async def test_an_approval_waits_for_the_grace_of_its_rule(steps: Steps) -> None:
    job = await steps.job("awaiting_approval", ITEM)
    await steps.sql(
        "INSERT INTO approvals (id, job_id, tenant, operation, words, requested_by, requested_name, requested_at, "
        "expires_at, request_hash) VALUES (gen_random_uuid(), :job, :t, 'delete_data', 'Delete it', 'k', 'dana', "
        "now(), now() + interval '4 hours', '')",
        job=job,
        t=TENANT,
    )
    await steps.run()
    (alert,) = await steps.sql("SELECT title, due_at - first_at > interval '14 minutes' AS waits FROM alerts")
    assert alert == {"title": "An approval waits for a second person: Delete it", "waits": True}
    await steps.grace_ends()
    await steps.run()
    await steps.sql("UPDATE approvals SET state = 'expired'")
    await steps.run()
    assert await steps.announced() == ["opened", "resolved"]
