"""What single events mean: nothing, something wrong, or that it is well again."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from app.alerts.event_rules import OF_VAULTS, findings_of
from app.core.events.models import Event

ID = UUID(int=7)
AT = datetime(2026, 3, 1, tzinfo=UTC)


def event(kind: str, data: dict[str, Any], was: dict[str, Any] | None = None, action: str = "updated") -> Event:
    return Event(
        type=f"holdfast.{kind}", action=action, resource_id=str(ID), data={"id": str(ID)} | data, was=was, at=AT
    )


def opened(found: Event) -> dict[str, bool]:
    return {f"{one.kind}:{one.key.removeprefix(str(ID))}": one.opens for one in findings_of(found)}


def test_a_type_of_a_newer_version_means_nothing() -> None:
    assert findings_of(Event(type="holdfast.moon.rose", data={})) == []


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        (("protected", False), ("protected", True), {"vm_missing:": True}),
        (("protected", True), ("paused", True), {"vm_missing:": False}),
        (("paused", False), ("paused", True), {}),
        (("paused", True), ("protected", True), {"vm_missing:": True}),
        (("protected", True), ("soft_deleted", False), {"vm_missing:": False}),
        (("protected", True), ("error", True), {}),
    ],
)
def test_the_vm_of_an_item_that_was_stopped_may_be_gone(
    was: tuple[str, bool], now: tuple[str, bool], expected: dict[str, bool]
) -> None:
    before, after = ({"vm_id": "/x/vm", "state": state, "vm_missing": missing} for state, missing in (was, now))
    assert opened(event("item.changed", after, before)) == expected


def test_what_is_wrong_with_a_vault_is_over_when_its_row_is_deleted() -> None:
    assert opened(event("vault.changed", {}, action="deleted")) == {f"{kind}:": False for kind in OF_VAULTS}
    assert opened(event("vault.changed", {"soft_delete_state": "off"}, {})) == {}


@pytest.mark.parametrize(
    ("action", "was", "now", "expected"),
    [
        ("created", None, "active", False),
        ("updated", "active", "disabled", True),
        ("updated", "disabled", "disabled", None),
        ("updated", "disabled", "active", False),
        ("updated", "disabled", "paused", False),
        ("deleted", None, "disabled", False),
    ],
)
def test_a_webhook_that_was_disabled(action: str, was: str | None, now: str, expected: bool | None) -> None:  # noqa: FBT001
    found = findings_of(event("webhook.changed", {"state": now}, {"state": was} if was else None, action))
    assert [one.opens for one in found] == ([] if expected is None else [expected])
    assert all(str(ID) in one.remedy and one.subject == f"/v1/webhooks/{ID}" for one in found)


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        (None, "needs_attention", {"job_failed:/undecided": True}),
        ("running", "needs_attention", {"job_failed:/undecided": True}),
        ("needs_attention", "needs_attention", {}),
        ("needs_attention", "running", {"job_failed:/undecided": False}),
        ("needs_attention", "cancelled", {"job_failed:/undecided": False}),
        ("needs_attention", "succeeded", {"job_failed:/undecided": False, "job_failed:/backup": False}),
    ],
)
def test_a_job_that_waits_for_a_person_is_one_alert_however_often_its_reason_changes(
    was: str | None, now: str, expected: dict[str, bool]
) -> None:
    kind = "job.ended" if now in {"cancelled", "succeeded"} else "job.changed"
    assert opened(event(kind, {"state": now, "kind": "backup"}, {"state": was} if was else None)) == expected
