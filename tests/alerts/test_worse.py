"""What became worse since it was announced is announced again; what became better, or is the same again, is not."""

import json
from typing import Any
from uuid import UUID

import pytest

from app.estate.tamper.weighing import news
from tests.alerts.alert_steps import TENANT, VAULT, Steps

HELD: dict[str, Any] = {"points": 30, "vms": 3, "oldest": None}
RADIUS = {"vms": 3, "restorable_before": HELD, "restorable_after": HELD, "reversible_until": None}
LONG_AGO = "UPDATE alerts SET told_at = told_at - interval '1 hour', due_at = due_at - interval '2 hours'"


@pytest.mark.parametrize(
    ("before", "now", "added", "is_worse"),
    [
        ("", "a:1 b:1", 2, True),
        ("a:1", "a:1 b:1 c:1", 2, True),
        ("a:1 b:1", "a:1", 0, False),
        ("a:1 b:1", "a:1 c:1", 1, True),
        ("a:1", "a:2", 0, True),
        ("aa:1", "a:1", 1, True),
    ],
)
def test_what_is_new_since_the_last_weighing(before: str, now: str, added: int, is_worse: bool) -> None:  # noqa: FBT001
    assert news(before, now) == {"added": added, "is_worse": is_worse}


async def weighed(steps: Steps, number: int, *, added: int, is_worse: bool) -> None:
    """As `estate.tamper.weighing` writes it: `number` items are deleted outside."""
    item = {"kind": "protected_item", "id": str(UUID(int=9)), "name": "vm-9", "vm_id": "/x/vm-9"}
    await steps.sql(
        "INSERT INTO estate_weakenings (id, tenant, vault_id, vault, kind, signature, subjects, change, radius, "
        "seen_at) VALUES (gen_random_uuid(), :t, :vault, 'v', 'data_deleted', 's', CAST(:subjects AS jsonb), "
        "CAST(:change AS jsonb), CAST(:radius AS jsonb), clock_timestamp()) ON CONFLICT (tenant, vault_id, kind) "
        "WHERE resolved_at IS NULL DO UPDATE SET change = excluded.change, subjects = excluded.subjects",
        t=TENANT,
        vault=VAULT,
        subjects=json.dumps([item] * min(number, 100)),
        change=json.dumps({"drift": "data_deleted", "drifts": number, "added": added, "is_worse": is_worse}),
        radius=json.dumps(RADIUS),
    )
    await steps.run()


async def test_a_second_attack_on_a_vault_is_announced_though_the_first_one_is_in_hand(steps: Steps) -> None:
    await steps.sql(
        "INSERT INTO alert_rules (tenant, kind, enabled, mail) VALUES (:t, 'data_deleted', true, CAST(:to AS jsonb))",
        t=TENANT,
        to='["a@example.com"]',
    )
    await weighed(steps, 1, added=1, is_worse=True)
    await steps.sql("UPDATE alerts SET state = 'acknowledged', acknowledged_by = 'dana', acknowledged_at = now()")
    await weighed(steps, 1001, added=1000, is_worse=True)
    (alert,) = await steps.alerts()
    assert (alert["count"], alert["state"], alert["is_worse"]) == (1001, "acknowledged", True)
    assert await steps.announced() == ["opened"], "not twice within a quarter of an hour"
    await steps.sql(LONG_AGO)
    await steps.run()
    (alert,) = await steps.alerts()
    assert (alert["state"], alert["acknowledged_by"], alert["is_worse"]) == ("open", None, False)
    assert await steps.announced() == ["opened", "opened"]
    await steps.sql(LONG_AGO)
    await weighed(steps, 500, added=0, is_worse=False)
    (alert,) = await steps.alerts()
    assert (alert["count"], alert["details"]["change"]["drifts"]) == (1001, 500), "half of it was undone"
    await steps.sql("UPDATE estate_weakenings SET resolved_at = clock_timestamp()")
    await steps.run()
    assert await steps.announced() == ["opened", "opened", "resolved"]
    subjects = [row["subject"][:28] for row in await steps.sql("SELECT subject FROM alert_mails ORDER BY id")]
    assert subjects == ["[Holdfast] critical: Backup ", "[Holdfast] critical, again: ", "[Holdfast] resolved: Backup "]


async def test_a_storm_that_grows_fourfold_is_announced_again_and_one_that_goes_on_is_not(steps: Steps) -> None:
    await steps.failures(100, 104)
    await steps.told()
    for first, last, announced in ((100, 104, 1), (105, 118, 1), (119, 119, 2), (100, 119, 2)):
        await steps.sql(LONG_AGO)
        await steps.failures(first, last)
        await steps.run()
        assert await steps.announced() == ["opened"] * announced, (first, last)
    (storm,) = await steps.alerts()
    assert (storm["is_storm"], storm["told_size"], storm["count"]) == (True, 20, 45)


async def test_a_kind_that_is_off_again_announces_nothing_that_became_worse(steps: Steps) -> None:
    await weighed(steps, 1, added=1, is_worse=True)
    await steps.sql(LONG_AGO)
    await steps.sql("INSERT INTO alert_rules (tenant, kind, enabled) VALUES (:t, 'data_deleted', false)", t=TENANT)
    await weighed(steps, 2, added=1, is_worse=True)
    assert await steps.announced() == ["opened"]
    await steps.sql("UPDATE estate_weakenings SET resolved_at = clock_timestamp()")
    await steps.run()
    assert await steps.announced() == ["opened", "resolved"]
