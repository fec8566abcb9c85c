"""The rules of what was weakened outside Holdfast: one alert for each vault and kind, with its blast radius. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.alerts.findings import Finding
from app.alerts.job_rules import moment
from app.alerts.kinds import AlertKind, Severity
from app.core.events.models import Event

OF_TAMPERING = (
    AlertKind.PROTECTION_STOPPED,
    AlertKind.DATA_DELETED,
    AlertKind.SOFT_DELETE_WEAKENED,
    AlertKind.IMMUTABILITY_WEAKENED,
    AlertKind.RETENTION_SHRUNK,
    AlertKind.GUARD_REMOVED,
    AlertKind.REDUNDANCY_WEAKENED,
)
PATHS = {"protected_item": "/v1/protected-items/{}", "policy": "/v1/policies/{}", "vault": "/v1/vaults/{}"}
HELD = "If this was not meant, undelete {them} before {until}: POST /v1/protected-items/{{id}}/undelete."
TOO_LATE = "What is deleted for good cannot be brought back."
THEN = " Then find out who did it in the activity log of the vault in Azure, and take that right away."


def of_weakenings(event: Event) -> Sequence[Finding]:
    """Opens while anything of it is weaker than it was; heals when all of it is as before, or Holdfast changed it."""
    data = event.data
    kind, radius, subjects = AlertKind(str(data["kind"])), dict(data["radius"]), list(data["subjects"])
    change = data["change"]
    alone = subjects[0] if len(subjects) == 1 and change.get("drifts", 1) == 1 else None
    is_worse = bool(change.get("is_worse"))
    vault_path = PATHS["vault"].format(data["vault_id"])
    return [
        Finding(
            kind,
            str(data["vault_id"]),
            opens=data.get("resolved_at") is None,
            subject=PATHS[alone["kind"]].format(alone["id"]) if alone else vault_path,
            vm_id=alone["vm_id"] if alone else None,
            title=_title(kind, data, radius),
            remedy=_remedy(kind, data, radius) + THEN,
            details={
                "vault_id": data["vault_id"],
                "vault": data["vault"],
                "change": change,
                "radius": radius,
                "subjects": subjects,
            },
            at=moment(data.get("seen_at"), event.at),
            severity=Severity.CRITICAL if _loses(radius) else None,
            times=change.get("added", 1) or int(is_worse),
            is_worse=is_worse,
        )
    ]


def _loses(radius: Mapping[str, Any]) -> bool:
    return bool(radius.get("lost_points") or radius.get("first_loss_at"))


def _title(kind: AlertKind, data: Mapping[str, Any], radius: Mapping[str, Any]) -> str:
    count, vault = radius.get("vms", 0), data["vault"]
    vms = "1 VM" if count == 1 else f"{count} VMs"
    change = data["change"]
    said = {
        AlertKind.DATA_DELETED: f"Backup data of {vms} in {vault} was deleted outside Holdfast",
        AlertKind.PROTECTION_STOPPED: f"Backups of {vms} in {vault} were stopped outside Holdfast"
        if change.get("drift") != "disks_fewer"
        else f"Disks of {vms} in {vault} were left out of the backups outside Holdfast",
        AlertKind.RETENTION_SHRUNK: f"The retention of {vms} in {vault} was cut outside Holdfast",
        AlertKind.SOFT_DELETE_WEAKENED: f"Soft delete of {vault}, with {vms}, was weakened outside Holdfast",
        AlertKind.IMMUTABILITY_WEAKENED: f"Immutability of {vault}, with {vms}, was weakened outside Holdfast",
        AlertKind.GUARD_REMOVED: f"The Resource Guard of {vault}, with {vms}, was removed outside Holdfast",
        AlertKind.REDUNDANCY_WEAKENED: f"The redundancy of {vault}, with {vms}, was weakened outside Holdfast",
    }
    return f"{said[kind]}: {_before_and_after(radius)}"


def _before_and_after(radius: Mapping[str, Any]) -> str:
    before, after = radius["restorable_before"], radius["restorable_after"]
    if before["points"] is None:
        return "what could be restored is not known"
    least = "at least " if radius.get("is_partial") else ""
    return f"{least}{_points(before)} could be restored before, {_points(after)} after"


def _points(held: Mapping[str, Any]) -> str:
    if not held["points"]:
        return "nothing"
    oldest = f", the oldest of {held['oldest'][:10]}" if held.get("oldest") else ""
    points = "1 point" if held["points"] == 1 else f"{held['points']} points"
    return f"{points} of {held['vms']} VM{'' if held['vms'] == 1 else 's'}{oldest}"


def _remedy(kind: AlertKind, data: Mapping[str, Any], radius: Mapping[str, Any]) -> str:
    until, vault = radius.get("reversible_until"), PATHS["vault"].format(data["vault_id"])
    if kind is AlertKind.DATA_DELETED:
        return HELD.format(them="each item", until=until) if until else TOO_LATE
    if kind is AlertKind.RETENTION_SHRUNK:
        soon = (
            f"before {until}, when the first point goes" if until else "at once: points go as soon as Azure cleans up"
        )
        return (
            f"If this was not meant, set the policy back, or move the items back to theirs, {soon}: PATCH /v1/policies."
        )
    if kind is AlertKind.PROTECTION_STOPPED:
        soon = f" Points go from {radius['first_loss_at']} on." if radius.get("first_loss_at") else ""
        return f"If this was not meant, resume the items: PATCH /v1/protected-items/{{id}} with resume.{soon}"
    if kind is AlertKind.GUARD_REMOVED:
        return (
            "If this was not meant, link the vault to its Resource Guard again, in Azure, before anything is deleted."
        )
    if kind is AlertKind.REDUNDANCY_WEAKENED:
        return (
            f"If this was not meant, set it back: PATCH {vault}. Azure changes the redundancy of empty vaults only; "
            "else protect the machines in another vault."
        )
    return f"If this was not meant, set it back before anything is deleted: PATCH {vault}."
