"""Which rules read which type of event, and the rules of items, approvals and webhooks. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.alerts.findings import Finding, Rule
from app.alerts.job_rules import moment, of_jobs, of_replacements
from app.alerts.kinds import AlertKind
from app.alerts.tamper_rules import OF_TAMPERING, PATHS, of_weakenings
from app.azure.item_states import ItemState
from app.core.events.models import Event
from app.core.events.types import EventType
from app.evidence.proofs import CONCLUSIVE

OF_ITEMS = (
    AlertKind.OBJECTIVE_MISSED,
    AlertKind.VM_MISSING,
    AlertKind.CONSISTENCY_LOST,
    AlertKind.JOB_FAILED,
    AlertKind.RESTORE_TEST_FAILED,
)
"""Kinds whose things are items: they are over when the item is gone."""
OF_VAULTS = (AlertKind.JOB_FAILED, AlertKind.AZURE_SILENT, *OF_TAMPERING)
"""Kinds whose things are vaults: they are over when Holdfast has the vault no more."""
_STOPPED = frozenset({ItemState.PAUSED, ItemState.SUSPENDED, ItemState.SOFT_DELETED})


def of_misses(event: Event) -> Sequence[Finding]:
    """A miss opens at the end of its grace; a point that came, or a changed expectation, heals."""
    data, opens = event.data, event.type == EventType.BACKUP_MISSED
    vm_id = str(data["vm_id"])
    due_at, late_at = moment(data.get("due_at"), event.at), moment(data.get("at"), event.at)
    title = f"No recovery point of {_name(vm_id)} came in time: one was due at {_words(due_at)}"
    return [
        Finding(
            AlertKind.OBJECTIVE_MISSED,
            event.resource_id,
            opens,
            subject=f"/v1/protected-items/{event.resource_id}",
            vm_id=vm_id,
            title=title,
            remedy="Look at the VM's last backup jobs (GET /v1/jobs?kind=backup), mend what failed, and back it up "
            f"now: POST /v1/protected-items/{event.resource_id}/backups.",
            details={name: data.get(name) for name in ("due_at", "grace_seconds", "objective_seconds", "point_at")},
            at=late_at,
            cause="missed",
            place=str(event.vault_id or ""),
        )
    ]


def of_items(event: Event) -> Sequence[Finding]:
    """A VM that Azure does not show any more, or shows again; an item that is gone has no alerts.

    An item that was stopped may do without its VM: stopping it is what the remedy says.
    """
    data, was = event.data, event.was or {}
    if event.action == "deleted":
        return [_healed(kind, event) for kind in OF_ITEMS]
    is_missing, was_missing = _is_missed(data), _is_missed(was)
    if is_missing == was_missing:
        return []
    if not is_missing:
        return [_healed(AlertKind.VM_MISSING, event)]
    vm_id = str(data["vm_id"])
    return [
        Finding(
            AlertKind.VM_MISSING,
            event.resource_id,
            opens=True,
            subject=f"/v1/protected-items/{event.resource_id}",
            vm_id=vm_id,
            title=f"Azure does not show {_name(vm_id)} any more, which is protected",
            remedy="If the VM was deleted by mistake, restore it as a new VM from its newest recovery point: POST "
            "/v1/restores. If it was meant, stop its protection: PATCH /v1/protected-items/{id} with pause.".replace(
                "{id}", event.resource_id
            ),
            details={"last_recovery_point_at": data.get("last_recovery_point_at")},
            at=event.at,
            cause="missing",
            place=str(event.vault_id or ""),
        )
    ]


def _is_missed(item: Mapping[str, Any]) -> bool:
    return bool(item.get("vm_missing")) and item.get("state") not in _STOPPED


def of_vaults(event: Event) -> Sequence[Finding]:
    """What was wrong with a vault is over when its row is deleted: by a person, through Holdfast."""
    if event.action != "deleted":
        return []
    path = PATHS["vault"].format(event.resource_id)
    return [finding(kind, event.resource_id, path, event.at, opens=False) for kind in OF_VAULTS]


def of_approvals(event: Event) -> Sequence[Finding]:
    """One that was requested waits; the grace of the rule says when that is an alert."""
    data = event.data
    job = data.get("job") or {}
    return [
        Finding(
            AlertKind.APPROVAL_WAITING,
            event.resource_id,
            event.type == EventType.APPROVAL_REQUESTED,
            subject=f"/v1/approvals/{event.resource_id}",
            vm_id=None,
            title=f"An approval waits for a second person: {data.get('words') or data.get('operation')}",
            remedy=f"An approver decides: POST /v1/approvals/{event.resource_id}/approve or /reject, before "
            f"{data.get('expires_at')}.",
            details={
                "operation": data.get("operation"),
                "requested_by": data.get("requested_name"),
                "expires_at": data.get("expires_at"),
                "reference": job.get("reference"),
            },
            at=moment(data.get("requested_at"), event.at),
        )
    ]


def of_webhooks(event: Event) -> Sequence[Finding]:
    """One that Holdfast disabled gets nothing any more, until a person resumes or deletes it."""
    data = event.data
    is_disabled = event.action != "deleted" and data.get("state") == "disabled"
    if is_disabled and (event.was or {}).get("state") == "disabled":
        return []
    return [
        Finding(
            AlertKind.WEBHOOK_DISABLED,
            event.resource_id,
            is_disabled,
            subject=f"/v1/webhooks/{event.resource_id}",
            vm_id=None,
            title=f"A webhook was disabled: {data.get('disabled_reason') or 'no reason is on record'}",
            remedy=f"Mend its receiver, then POST /v1/webhooks/{event.resource_id}/resume, and replay what it missed.",
            details={"disabled_reason": data.get("disabled_reason")},
            at=event.at,
        )
    ]


def of_restore_tests(event: Event) -> Sequence[Finding]:
    """A run that failed opens, one that proved the item heals; one that was not made says nothing."""
    data, outcome = event.data, event.data.get("outcome")
    if outcome not in CONCLUSIVE:
        return []
    vm_id, level = str(data["vm_id"]), data.get("failed_level")
    return [
        Finding(
            AlertKind.RESTORE_TEST_FAILED,
            str(data["protected_item_id"]),
            outcome != "proven",
            subject=f"/v1/restore-test-runs/{event.resource_id}",
            vm_id=vm_id,
            title=f"The restore test of {_name(vm_id)} {str(outcome).replace('_', ' ')} at the level {level}",
            remedy=f"See GET /v1/restore-test-runs/{event.resource_id}: it shows what was seen, and a remedy.",
            details={name: data.get(name) for name in ("outcome", "failed_level", "detail", "recovery_point")},
            at=event.at,
            cause=str(level or ""),
        )
    ]


def finding(kind: AlertKind, key: str, subject: str, at: datetime, **said: Any) -> Finding:
    """One that opens, unless it says otherwise; what is not said is empty."""
    values: dict[str, Any] = {"opens": True, "vm_id": None, "title": "", "remedy": "", "details": {}} | said
    return Finding(kind=kind, key=key, subject=subject, at=at, **values)


def _healed(kind: AlertKind, event: Event) -> Finding:
    path = f"/v1/protected-items/{event.resource_id}"
    return finding(kind, event.resource_id, path, event.at, opens=False, vm_id=event.data.get("vm_id"))


def _name(vm_id: str) -> str:
    return vm_id.rpartition("/")[2]


def _words(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


RULES: Mapping[str, tuple[Rule, ...]] = {
    EventType.JOB_STARTED: (of_jobs, of_replacements),
    EventType.JOB_CHANGED: (of_jobs,),
    EventType.JOB_WAITING: (of_jobs,),
    EventType.JOB_ENDED: (of_jobs, of_replacements),
    EventType.JOB_NEEDS_ATTENTION: (of_jobs,),
    EventType.ITEM_CHANGED: (of_items,),
    EventType.VAULT_CHANGED: (of_vaults,),
    EventType.BACKUP_MISSED: (of_misses,),
    EventType.BACKUP_RECOVERED: (of_misses,),
    EventType.BACKUP_WITHDRAWN: (of_misses,),
    EventType.APPROVAL_REQUESTED: (of_approvals,),
    EventType.APPROVAL_DECIDED: (of_approvals,),
    EventType.APPROVAL_CHANGED: (of_approvals,),
    EventType.WEBHOOK_CHANGED: (of_webhooks,),
    EventType.VAULT_WEAKENED: (of_weakenings,),
    EventType.RESTORE_TEST_ENDED: (of_restore_tests,),
}


def findings_of(event: Event) -> Sequence[Finding]:
    """What the event means. A type that this version does not know means nothing."""
    return [found for rule in RULES.get(event.type, ()) for found in rule(event)]
