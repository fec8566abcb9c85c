"""What the worker writes as a job's result, callers read by type: every field of it, and whatever is odd in it."""

from typing import Any, get_type_hints

import pytest

from app.azure_alerts.work import AlertsResult
from app.azure_policy.work import AzurePolicyResult
from app.backups.work import BackupResult
from app.jobs.api.results import BY_KIND, MODELS, result_of
from app.jobs.kinds import JobKind
from app.jobs.work import FACTS
from app.policies.work import DeletePolicyResult, PutPolicyResult
from app.protection.work import ChangeItemResult, ProtectResult
from app.recovery_runs.outcomes import RunResult
from app.restores.results import BadEndResult, MountResult, RestoreResult, UnmountResult
from app.tear_down.work import TearDownResult
from app.vaults.results import CreateResult, DeleteResult, InventoryResult, UpdateResult

VM = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-1"
DISK = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/disks/vm-1-os"
WRITTEN: dict[str, type[Any]] = {
    JobKind.CREATE_VAULT: CreateResult,
    JobKind.UPDATE_VAULT: UpdateResult,
    JobKind.DELETE_VAULT: DeleteResult,
    JobKind.REFRESH_VAULT: InventoryResult,
    JobKind.PUT_POLICY: PutPolicyResult,
    JobKind.DELETE_POLICY: DeletePolicyResult,
    JobKind.PROTECT: ProtectResult,
    JobKind.UNPROTECT: ChangeItemResult,
    JobKind.BACKUP: BackupResult,
    JobKind.RESTORE: RestoreResult,
    JobKind.MOUNT_FILES: MountResult,
    JobKind.UNMOUNT_FILES: UnmountResult,
    JobKind.RECOVERY_RUN: RunResult,
    JobKind.TEAR_DOWN: TearDownResult,
    JobKind.SET_AZURE_ALERTS: AlertsResult,
    JobKind.SET_AZURE_POLICY: AzurePolicyResult,
}


def shown(kind: str, stored: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = result_of(kind, stored).model_dump(mode="json")
    return said


def test_each_kind_of_job_has_one_type_of_result() -> None:
    assert set(BY_KIND) == {kind.value for kind in JobKind}
    assert set(BY_KIND.values()) == set(MODELS)


@pytest.mark.parametrize("kind", WRITTEN)
def test_callers_read_every_field_that_a_worker_writes(kind: str) -> None:
    written = set(get_type_hints(WRITTEN[kind])) - {FACTS}
    assert written <= set(BY_KIND[kind].model_fields)
    assert set(get_type_hints(BadEndResult)) - {FACTS} <= set(BY_KIND[JobKind.RESTORE].model_fields)


def test_a_backup_says_its_size_in_bytes_and_keeps_azures_words() -> None:
    said = shown("backup", {"resources": [], "recovery_point_time": None, "backup_size": "21274 MB"})
    assert (said["kind"], said["backup_size"], said["backup_size_bytes"]) == ("backup", "21274 MB", 21274 << 20)
    assert shown("backup", {"backup_size": "a lot"})["backup_size_bytes"] is None


def test_a_restore_names_its_disks_its_vm_and_what_was_left() -> None:
    resources = [
        {"kind": "disk", "id": DISK, "name": "vm-1-os"},
        {"kind": "kept_disk", "id": f"{DISK}-old", "name": "vm-1-os-old"},
        {"kind": "vm", "id": VM},
        {"kind": "template_blob", "id": "https://blob/azuredeploy.json"},
        "odd",
    ]
    said = shown("restore", {"resources": resources[:-1], "mode": "new_vm"})
    assert said["resources"][0] == resources[0]
    assert said["disks"] == [{"id": DISK, "name": "vm-1-os"}]
    assert (said["vm"]["name"], said["kept_disks"][0]["name"]) == ("vm-1", "vm-1-os-old")
    assert said["template_url"] == "https://blob/azuredeploy.json"
    assert shown("restore", {"resources": resources})["disks"], "what is odd does not hide what is known"


def test_what_is_odd_in_a_result_is_left_out_and_what_is_new_is_passed_on() -> None:
    said = shown("recovery_run", {"members": "none", "rto_seconds": 3.5, "a_later_field": {"is": "kept"}})
    assert (said["members"], said["rto_seconds"], said["a_later_field"]) == ([], 3.5, {"is": "kept"})
    assert result_of("a_kind_of_a_newer_version", {"resources": []}) is None
    assert result_of("backup", None) is None
