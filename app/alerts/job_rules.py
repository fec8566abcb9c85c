"""What the end of a job, and its beginning, mean for alerts. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.alerts.findings import Finding
from app.alerts.kinds import AlertKind
from app.core.events.models import Event
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import WELL, State

TARGET_MODE = "target_mode"
"""Of the event of a restore: the mode of its target, added by the loop (app/alerts/intake/event_facts.py)."""
UNDECIDED_REMEDY = (
    "It is not known what became of it. Look at the job's history and in Azure, then decide: POST "
    "/v1/jobs/{id}/resolve."
)
_WORDS: Mapping[str, str] = {JobKind.BACKUP: "The backup", JobKind.RESTORE: "The restore"}


def thing_of_job(data: Mapping[str, Any]) -> str:
    """The item, of a job about one; else the vault; else the job itself. Ids have no slash."""
    return str(data.get("protected_item_id") or data.get("vault_id") or data["id"])


def vm_of(data: Mapping[str, Any]) -> tuple[str | None, str]:
    """(ARM id if known, name) of the VM of a job."""
    vm = data.get("vm")
    if not isinstance(vm, dict) or not vm.get("name"):
        return None, ""
    name = str(vm["name"])
    if not vm.get("subscription_id") or not vm.get("resource_group"):
        return None, name
    place = f"/subscriptions/{vm['subscription_id']}/resourceGroups/{vm['resource_group']}"
    return f"{place}/providers/Microsoft.Compute/virtualMachines/{name}", name


def words_of(data: Mapping[str, Any]) -> str:
    """`The backup of vm-1`, `The job change_policy`."""
    kind, (_, name) = str(data["kind"]), vm_of(data)
    said = _WORDS.get(kind, f"The job {kind}")
    return f"{said} of {name}" if name else said


def moment(text: object, otherwise: datetime) -> datetime:
    """A time as JSON has it; `otherwise` where there is none, or none that can be read."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return otherwise
    return at if at.tzinfo is not None else otherwise


def of_jobs(event: Event) -> Sequence[Finding]:
    """A failed job opens; the next one of its kind and thing that ends well heals. So does a decision of a person."""
    data = event.data
    state, kind, thing = data.get("state"), str(data.get("kind")), thing_of_job(data)
    found: list[Finding] = []
    was_undecided = (event.was or {}).get("state") == State.NEEDS_ATTENTION
    if was_undecided and state != State.NEEDS_ATTENTION:
        found.append(_finding(event, f"{data['id']}/undecided", opens=False, title="", remedy=""))
    if state == State.NEEDS_ATTENTION and not was_undecided:
        title = f"{words_of(data)} needs a person: it is not known what became of it"
        remedy = UNDECIDED_REMEDY.replace("{id}", str(data["id"]))
        found.append(_finding(event, f"{data['id']}/undecided", opens=True, title=title, remedy=remedy))
    elif state in WELL:
        found.append(_finding(event, f"{thing}/{kind}", opens=False, title="", remedy=""))
    elif state == State.FAILED:
        error = data.get("error") or {}
        cause = str(error.get("azure_code") or error.get("code") or "unknown").replace("/", "-")
        title = f"{words_of(data)} failed: {error.get('title') or cause}"
        remedy = str(error.get("remedy") or "Read the job's error, and act on it.")
        found.append(_finding(event, f"{thing}/{kind}/{cause}", opens=True, title=title, remedy=remedy, cause=cause))
    return found


def _finding(event: Event, key: str, *, opens: bool, title: str, remedy: str, cause: str = "") -> Finding:
    data = event.data
    error = data.get("error") or {}
    details = {"job_id": str(data["id"]), "job_kind": data.get("kind"), "origin": data.get("origin")}
    if cause:
        details |= {name: error.get(name) for name in ("code", "azure_code", "detail")}
    return Finding(
        AlertKind.JOB_FAILED,
        key,
        opens,
        subject=f"/v1/jobs/{data['id']}",
        vm_id=vm_of(data)[0],
        title=title,
        remedy=remedy,
        details=details,
        at=moment(data.get("finished_at") if cause else None, event.at),
        cause=cause and f"{data.get('kind')} {cause}",
        place=str(event.vault_id) if cause and event.vault_id is not None else "",
    )


def of_replacements(event: Event) -> Sequence[Finding]:
    """A restore that replaces the disks of a VM began; it is over when the job has ended."""
    data = event.data
    if data.get("kind") != JobKind.RESTORE or data.get(TARGET_MODE) != "replace_disks":
        return []
    state = data.get("state")
    if state not in {State.RUNNING, *WELL, State.FAILED, State.CANCELLED}:
        return []
    vm_id, name = vm_of(data)
    return [
        Finding(
            AlertKind.REPLACEMENT_STARTED,
            str(data["id"]),
            state == State.RUNNING,
            subject=f"/v1/jobs/{data['id']}",
            vm_id=vm_id,
            title=f"A restore began to replace the disks of {name or 'a VM'}",
            remedy=f"Nothing, if it is meant. Else POST /v1/jobs/{data['id']}/cancel at once; Azure keeps the replaced "
            "disks in the VM's resource group.",
            details={"job_id": str(data["id"]), "requested_by": data.get("requested_by")},
            at=moment(data.get("started_at"), event.at),
        )
    ]
