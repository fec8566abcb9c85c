from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.job_state import JobState, check_job_state
from ..models.recovery_run_accepted_kind_type_0 import (
    RecoveryRunAcceptedKindType0,
    check_recovery_run_accepted_kind_type_0,
)
from ..models.recovery_run_accepted_origin import RecoveryRunAcceptedOrigin, check_recovery_run_accepted_origin
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.alerts_set_result import AlertsSetResult
    from ..models.azure_job_read import AzureJobRead
    from ..models.backup_result import BackupResult
    from ..models.bulk_result import BulkResult
    from ..models.deleted_result import DeletedResult
    from ..models.item_changed_result import ItemChangedResult
    from ..models.job_cancel_read import JobCancelRead
    from ..models.job_error_read import JobErrorRead
    from ..models.job_part_counts import JobPartCounts
    from ..models.job_task_read import JobTaskRead
    from ..models.job_waiting_read import JobWaitingRead
    from ..models.job_warning_read import JobWarningRead
    from ..models.mount_result import MountResult
    from ..models.policy_set_result import PolicySetResult
    from ..models.recovery_run_accepted_labels import RecoveryRunAcceptedLabels
    from ..models.recovery_run_result import RecoveryRunResult
    from ..models.restore_result import RestoreResult
    from ..models.restore_test_approved_result import RestoreTestApprovedResult
    from ..models.restore_test_round_result import RestoreTestRoundResult
    from ..models.rule_enforced_result import RuleEnforcedResult
    from ..models.tear_down_result import TearDownResult
    from ..models.unmount_result import UnmountResult
    from ..models.vault_read_result import VaultReadResult
    from ..models.vm_read import VmRead
    from ..models.written_result import WrittenResult


T = TypeVar("T", bound="RecoveryRunAccepted")


@_dataclass
class RecoveryRunAccepted:
    """The job, and the run that it leads.

    Attributes:
        id (UUID): Its id: a UUID, in the order of creation. The job is at /v1/jobs/{id}.
        kind (RecoveryRunAcceptedKindType0 | str): Newer versions may have further values, also during an upgrade.
        state (JobState): The state of a job. Each line says how a job gets into it, and what ends it.
        origin (RecoveryRunAcceptedOrigin): holdfast: it was asked for here; azure: a job of Azure's that Holdfast
            found, such as a nightly backup.
        resource (None | str): Path of what it is about, such as /v1/vaults/{id}; null: there is no resource yet.
        vault_id (None | UUID): The vault concerned; null: none.
        protected_item_id (None | UUID): The protected item concerned; null: none, or not known here.
        requested_by (str): Who asked for it: the display name of the caller; `azure` or `holdfast` where no caller did.
        reference (None | str): The ticket of the caller who asked for it; null: none was given.
        labels (RecoveryRunAcceptedLabels): The labels of the request.
        created_at (datetime.datetime): When it was created (UTC).
        started_at (datetime.datetime | None): When Azure began it, by Azure's clock; null: it has not begun.
        finished_at (datetime.datetime | None): When it ended, by Azure's clock; null: not yet.
        updated_at (datetime.datetime): When it last changed here (UTC).
        progress_percent (float | None): Null if Azure gives none; never estimated.
        remaining_seconds (float | None): Azure's estimate of what is left, in seconds; null: Azure gives none.
        tasks (list[JobTaskRead]): Azure's steps of the job, in Azure's order; empty: none known.
        as_of (datetime.datetime | None): When this was last read from Azure.
        waiting (JobWaitingRead | None): Why it does not move at the moment; null: it does not wait.
        azure (AzureJobRead): Azure's side of a job: what to look for in the portal.
        result (AlertsSetResult | BackupResult | BulkResult | DeletedResult | ItemChangedResult | MountResult | None |
            PolicySetResult | RecoveryRunResult | RestoreResult | RestoreTestApprovedResult | RestoreTestRoundResult |
            RuleEnforcedResult | TearDownResult | UnmountResult | VaultReadResult | WrittenResult): What came of it, once
            that is known: its fields are those of the job's `kind`.
        error (JobErrorRead | None): Why it failed, and what to do; null: it has not failed.
        run (str): Path of the run: /v1/recovery-runs/{id}.
        vm (None | Unset | VmRead): The VM of the job (for a restore, the source); null: it concerns none, or the VM is
            not known.
        transferred_bytes (int | None | Unset): Null if Azure does not say.
        total_bytes (int | None | Unset): Bytes to be transferred in all; null: Azure does not say.
        approval (None | str | Unset): The approval of this job; null: it needs none.
        parent (None | str | Unset): The job that it is a part of: /v1/jobs/{id}.
        counts (JobPartCounts | None | Unset): Of a job with parts (a recovery run, bulk): how far.
        origin_rule (None | Unset | UUID): The protection rule that asked for it; null: a person.
        cancel (JobCancelRead | None | Unset): Null while no cancel was requested.
        warnings (list[JobWarningRead] | Unset): What Azure said about the end, also of a job that failed: each of its
            errors and warnings. Azure's lists do not contain all of them; the others are added by a later sweep.
        point_spread_seconds (float | None | Unset): Seconds between the oldest and the newest point chosen; null: not
            known.
    """

    id: UUID
    kind: RecoveryRunAcceptedKindType0 | str
    state: JobState
    origin: RecoveryRunAcceptedOrigin
    resource: None | str
    vault_id: None | UUID
    protected_item_id: None | UUID
    requested_by: str
    reference: None | str
    labels: RecoveryRunAcceptedLabels
    created_at: datetime.datetime
    started_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    updated_at: datetime.datetime
    progress_percent: float | None
    remaining_seconds: float | None
    tasks: list[JobTaskRead]
    as_of: datetime.datetime | None
    waiting: JobWaitingRead | None
    azure: AzureJobRead
    result: (
        AlertsSetResult
        | BackupResult
        | BulkResult
        | DeletedResult
        | ItemChangedResult
        | MountResult
        | None
        | PolicySetResult
        | RecoveryRunResult
        | RestoreResult
        | RestoreTestApprovedResult
        | RestoreTestRoundResult
        | RuleEnforcedResult
        | TearDownResult
        | UnmountResult
        | VaultReadResult
        | WrittenResult
    )
    error: JobErrorRead | None
    run: str
    vm: None | Unset | VmRead = UNSET
    transferred_bytes: int | None | Unset = UNSET
    total_bytes: int | None | Unset = UNSET
    approval: None | str | Unset = UNSET
    parent: None | str | Unset = UNSET
    counts: JobPartCounts | None | Unset = UNSET
    origin_rule: None | Unset | UUID = UNSET
    cancel: JobCancelRead | None | Unset = UNSET
    warnings: list[JobWarningRead] | Unset = UNSET
    point_spread_seconds: float | None | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.alerts_set_result import AlertsSetResult  # noqa: PLC0415
        from ..models.backup_result import BackupResult  # noqa: PLC0415
        from ..models.bulk_result import BulkResult  # noqa: PLC0415
        from ..models.deleted_result import DeletedResult  # noqa: PLC0415
        from ..models.item_changed_result import ItemChangedResult  # noqa: PLC0415
        from ..models.job_cancel_read import JobCancelRead  # noqa: PLC0415
        from ..models.job_error_read import JobErrorRead  # noqa: PLC0415
        from ..models.job_part_counts import JobPartCounts  # noqa: PLC0415
        from ..models.job_waiting_read import JobWaitingRead  # noqa: PLC0415
        from ..models.mount_result import MountResult  # noqa: PLC0415
        from ..models.policy_set_result import PolicySetResult  # noqa: PLC0415
        from ..models.recovery_run_result import RecoveryRunResult  # noqa: PLC0415
        from ..models.restore_result import RestoreResult  # noqa: PLC0415
        from ..models.restore_test_approved_result import RestoreTestApprovedResult  # noqa: PLC0415
        from ..models.restore_test_round_result import RestoreTestRoundResult  # noqa: PLC0415
        from ..models.rule_enforced_result import RuleEnforcedResult  # noqa: PLC0415
        from ..models.tear_down_result import TearDownResult  # noqa: PLC0415
        from ..models.unmount_result import UnmountResult  # noqa: PLC0415
        from ..models.vault_read_result import VaultReadResult  # noqa: PLC0415
        from ..models.vm_read import VmRead  # noqa: PLC0415
        from ..models.written_result import WrittenResult  # noqa: PLC0415

        id = str(self.id)

        kind: str
        if isinstance(self.kind, str):
            kind = self.kind
        else:
            kind = self.kind

        state: str = self.state

        origin: str = self.origin

        resource: None | str
        resource = self.resource

        vault_id: None | str
        if isinstance(self.vault_id, UUID):
            vault_id = str(self.vault_id)
        else:
            vault_id = self.vault_id

        protected_item_id: None | str
        if isinstance(self.protected_item_id, UUID):
            protected_item_id = str(self.protected_item_id)
        else:
            protected_item_id = self.protected_item_id

        requested_by = self.requested_by

        reference: None | str
        reference = self.reference

        labels = self.labels.to_dict()

        created_at = self.created_at.isoformat()

        started_at: None | str
        if isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        updated_at = self.updated_at.isoformat()

        progress_percent: float | None
        progress_percent = self.progress_percent

        remaining_seconds: float | None
        remaining_seconds = self.remaining_seconds

        tasks = []
        for tasks_item_data in self.tasks:
            tasks_item = tasks_item_data.to_dict()
            tasks.append(tasks_item)

        as_of: None | str
        if isinstance(self.as_of, datetime.datetime):
            as_of = self.as_of.isoformat()
        else:
            as_of = self.as_of

        waiting: dict[str, Any] | None
        if isinstance(self.waiting, JobWaitingRead):
            waiting = self.waiting.to_dict()
        else:
            waiting = self.waiting

        azure = self.azure.to_dict()

        result: dict[str, Any] | None
        if isinstance(self.result, WrittenResult):
            result = self.result.to_dict()
        elif isinstance(self.result, VaultReadResult):
            result = self.result.to_dict()
        elif isinstance(self.result, DeletedResult):
            result = self.result.to_dict()
        elif isinstance(self.result, ItemChangedResult):
            result = self.result.to_dict()
        elif isinstance(self.result, BackupResult):
            result = self.result.to_dict()
        elif isinstance(self.result, RestoreResult):
            result = self.result.to_dict()
        elif isinstance(self.result, MountResult):
            result = self.result.to_dict()
        elif isinstance(self.result, UnmountResult):
            result = self.result.to_dict()
        elif isinstance(self.result, RecoveryRunResult):
            result = self.result.to_dict()
        elif isinstance(self.result, TearDownResult):
            result = self.result.to_dict()
        elif isinstance(self.result, RestoreTestRoundResult):
            result = self.result.to_dict()
        elif isinstance(self.result, RestoreTestApprovedResult):
            result = self.result.to_dict()
        elif isinstance(self.result, RuleEnforcedResult):
            result = self.result.to_dict()
        elif isinstance(self.result, BulkResult):
            result = self.result.to_dict()
        elif isinstance(self.result, AlertsSetResult):
            result = self.result.to_dict()
        elif isinstance(self.result, PolicySetResult):
            result = self.result.to_dict()
        else:
            result = self.result

        error: dict[str, Any] | None
        if isinstance(self.error, JobErrorRead):
            error = self.error.to_dict()
        else:
            error = self.error

        run = self.run

        vm: dict[str, Any] | None | Unset
        if isinstance(self.vm, Unset):
            vm = UNSET
        elif isinstance(self.vm, VmRead):
            vm = self.vm.to_dict()
        else:
            vm = self.vm

        transferred_bytes: int | None | Unset
        if isinstance(self.transferred_bytes, Unset):
            transferred_bytes = UNSET
        else:
            transferred_bytes = self.transferred_bytes

        total_bytes: int | None | Unset
        if isinstance(self.total_bytes, Unset):
            total_bytes = UNSET
        else:
            total_bytes = self.total_bytes

        approval: None | str | Unset
        if isinstance(self.approval, Unset):
            approval = UNSET
        else:
            approval = self.approval

        parent: None | str | Unset
        if isinstance(self.parent, Unset):
            parent = UNSET
        else:
            parent = self.parent

        counts: dict[str, Any] | None | Unset
        if isinstance(self.counts, Unset):
            counts = UNSET
        elif isinstance(self.counts, JobPartCounts):
            counts = self.counts.to_dict()
        else:
            counts = self.counts

        origin_rule: None | str | Unset
        if isinstance(self.origin_rule, Unset):
            origin_rule = UNSET
        elif isinstance(self.origin_rule, UUID):
            origin_rule = str(self.origin_rule)
        else:
            origin_rule = self.origin_rule

        cancel: dict[str, Any] | None | Unset
        if isinstance(self.cancel, Unset):
            cancel = UNSET
        elif isinstance(self.cancel, JobCancelRead):
            cancel = self.cancel.to_dict()
        else:
            cancel = self.cancel

        warnings: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.warnings, Unset):
            warnings = []
            for warnings_item_data in self.warnings:
                warnings_item = warnings_item_data.to_dict()
                warnings.append(warnings_item)

        point_spread_seconds: float | None | Unset
        if isinstance(self.point_spread_seconds, Unset):
            point_spread_seconds = UNSET
        else:
            point_spread_seconds = self.point_spread_seconds

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "state": state,
                "origin": origin,
                "resource": resource,
                "vault_id": vault_id,
                "protected_item_id": protected_item_id,
                "requested_by": requested_by,
                "reference": reference,
                "labels": labels,
                "created_at": created_at,
                "started_at": started_at,
                "finished_at": finished_at,
                "updated_at": updated_at,
                "progress_percent": progress_percent,
                "remaining_seconds": remaining_seconds,
                "tasks": tasks,
                "as_of": as_of,
                "waiting": waiting,
                "azure": azure,
                "result": result,
                "error": error,
                "run": run,
            }
        )
        if vm is not UNSET:
            field_dict["vm"] = vm
        if transferred_bytes is not UNSET:
            field_dict["transferred_bytes"] = transferred_bytes
        if total_bytes is not UNSET:
            field_dict["total_bytes"] = total_bytes
        if approval is not UNSET:
            field_dict["approval"] = approval
        if parent is not UNSET:
            field_dict["parent"] = parent
        if counts is not UNSET:
            field_dict["counts"] = counts
        if origin_rule is not UNSET:
            field_dict["origin_rule"] = origin_rule
        if cancel is not UNSET:
            field_dict["cancel"] = cancel
        if warnings is not UNSET:
            field_dict["warnings"] = warnings
        if point_spread_seconds is not UNSET:
            field_dict["point_spread_seconds"] = point_spread_seconds

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.alerts_set_result import AlertsSetResult  # noqa: PLC0415
        from ..models.azure_job_read import AzureJobRead  # noqa: PLC0415
        from ..models.backup_result import BackupResult  # noqa: PLC0415
        from ..models.bulk_result import BulkResult  # noqa: PLC0415
        from ..models.deleted_result import DeletedResult  # noqa: PLC0415
        from ..models.item_changed_result import ItemChangedResult  # noqa: PLC0415
        from ..models.job_cancel_read import JobCancelRead  # noqa: PLC0415
        from ..models.job_error_read import JobErrorRead  # noqa: PLC0415
        from ..models.job_part_counts import JobPartCounts  # noqa: PLC0415
        from ..models.job_task_read import JobTaskRead  # noqa: PLC0415
        from ..models.job_waiting_read import JobWaitingRead  # noqa: PLC0415
        from ..models.job_warning_read import JobWarningRead  # noqa: PLC0415
        from ..models.mount_result import MountResult  # noqa: PLC0415
        from ..models.policy_set_result import PolicySetResult  # noqa: PLC0415
        from ..models.recovery_run_accepted_labels import RecoveryRunAcceptedLabels  # noqa: PLC0415
        from ..models.recovery_run_result import RecoveryRunResult  # noqa: PLC0415
        from ..models.restore_result import RestoreResult  # noqa: PLC0415
        from ..models.restore_test_approved_result import RestoreTestApprovedResult  # noqa: PLC0415
        from ..models.restore_test_round_result import RestoreTestRoundResult  # noqa: PLC0415
        from ..models.rule_enforced_result import RuleEnforcedResult  # noqa: PLC0415
        from ..models.tear_down_result import TearDownResult  # noqa: PLC0415
        from ..models.unmount_result import UnmountResult  # noqa: PLC0415
        from ..models.vault_read_result import VaultReadResult  # noqa: PLC0415
        from ..models.vm_read import VmRead  # noqa: PLC0415
        from ..models.written_result import WrittenResult  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        def _parse_kind(data: object) -> RecoveryRunAcceptedKindType0 | str:
            try:
                if not isinstance(data, str):
                    raise TypeError()
                kind_type_0 = check_recovery_run_accepted_kind_type_0(data)

                return kind_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(RecoveryRunAcceptedKindType0 | str, data)

        kind = _parse_kind(d.pop("kind"))

        state = check_job_state(d.pop("state"))

        origin = check_recovery_run_accepted_origin(d.pop("origin"))

        def _parse_resource(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        resource = _parse_resource(d.pop("resource"))

        def _parse_vault_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                vault_id_type_0 = UUID(data)

                return vault_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        vault_id = _parse_vault_id(d.pop("vault_id"))

        def _parse_protected_item_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                protected_item_id_type_0 = UUID(data)

                return protected_item_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        protected_item_id = _parse_protected_item_id(d.pop("protected_item_id"))

        requested_by = d.pop("requested_by")

        def _parse_reference(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reference = _parse_reference(d.pop("reference"))

        labels = RecoveryRunAcceptedLabels.from_dict(d.pop("labels"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_started_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                started_at_type_0 = datetime.datetime.fromisoformat(data)

                return started_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        started_at = _parse_started_at(d.pop("started_at"))

        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)

                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        def _parse_progress_percent(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        progress_percent = _parse_progress_percent(d.pop("progress_percent"))

        def _parse_remaining_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        remaining_seconds = _parse_remaining_seconds(d.pop("remaining_seconds"))

        tasks = []
        _tasks = d.pop("tasks")
        for tasks_item_data in _tasks:
            tasks_item = JobTaskRead.from_dict(tasks_item_data)

            tasks.append(tasks_item)

        def _parse_as_of(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                as_of_type_0 = datetime.datetime.fromisoformat(data)

                return as_of_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        as_of = _parse_as_of(d.pop("as_of"))

        def _parse_waiting(data: object) -> JobWaitingRead | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                waiting_type_0 = JobWaitingRead.from_dict(data)

                return waiting_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JobWaitingRead | None, data)

        waiting = _parse_waiting(d.pop("waiting"))

        azure = AzureJobRead.from_dict(d.pop("azure"))

        def _parse_result(
            data: object,
        ) -> (
            AlertsSetResult
            | BackupResult
            | BulkResult
            | DeletedResult
            | ItemChangedResult
            | MountResult
            | None
            | PolicySetResult
            | RecoveryRunResult
            | RestoreResult
            | RestoreTestApprovedResult
            | RestoreTestRoundResult
            | RuleEnforcedResult
            | TearDownResult
            | UnmountResult
            | VaultReadResult
            | WrittenResult
        ):
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_type_0_type_0 = WrittenResult.from_dict(data)

                return result_type_0_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_type_0_type_1 = VaultReadResult.from_dict(data)

                return result_type_0_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_type_0_type_2 = DeletedResult.from_dict(data)

                return result_type_0_type_2
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_type_0_type_3 = ItemChangedResult.from_dict(data)

                return result_type_0_type_3
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_type_0_type_4 = BackupResult.from_dict(data)

                return result_type_0_type_4
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_type_0_type_5 = RestoreResult.from_dict(data)

                return result_type_0_type_5
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_type_0_type_6 = MountResult.from_dict(data)

                return result_type_0_type_6
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_type_0_type_7 = UnmountResult.from_dict(data)

                return result_type_0_type_7
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_type_0_type_8 = RecoveryRunResult.from_dict(data)

                return result_type_0_type_8
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_type_0_type_9 = TearDownResult.from_dict(data)

                return result_type_0_type_9
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_type_0_type_10 = RestoreTestRoundResult.from_dict(data)

                return result_type_0_type_10
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_type_0_type_11 = RestoreTestApprovedResult.from_dict(data)

                return result_type_0_type_11
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_type_0_type_12 = RuleEnforcedResult.from_dict(data)

                return result_type_0_type_12
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_type_0_type_13 = BulkResult.from_dict(data)

                return result_type_0_type_13
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_type_0_type_14 = AlertsSetResult.from_dict(data)

                return result_type_0_type_14
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_type_0_type_15 = PolicySetResult.from_dict(data)

                return result_type_0_type_15
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(
                AlertsSetResult
                | BackupResult
                | BulkResult
                | DeletedResult
                | ItemChangedResult
                | MountResult
                | None
                | PolicySetResult
                | RecoveryRunResult
                | RestoreResult
                | RestoreTestApprovedResult
                | RestoreTestRoundResult
                | RuleEnforcedResult
                | TearDownResult
                | UnmountResult
                | VaultReadResult
                | WrittenResult,
                data,
            )

        result = _parse_result(d.pop("result"))

        def _parse_error(data: object) -> JobErrorRead | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                error_type_0 = JobErrorRead.from_dict(data)

                return error_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JobErrorRead | None, data)

        error = _parse_error(d.pop("error"))

        run = d.pop("run")

        def _parse_vm(data: object) -> None | Unset | VmRead:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                vm_type_0 = VmRead.from_dict(data)

                return vm_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | VmRead, data)

        vm = _parse_vm(d.pop("vm", UNSET))

        def _parse_transferred_bytes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        transferred_bytes = _parse_transferred_bytes(d.pop("transferred_bytes", UNSET))

        def _parse_total_bytes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        total_bytes = _parse_total_bytes(d.pop("total_bytes", UNSET))

        def _parse_approval(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        approval = _parse_approval(d.pop("approval", UNSET))

        def _parse_parent(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        parent = _parse_parent(d.pop("parent", UNSET))

        def _parse_counts(data: object) -> JobPartCounts | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                counts_type_0 = JobPartCounts.from_dict(data)

                return counts_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JobPartCounts | None | Unset, data)

        counts = _parse_counts(d.pop("counts", UNSET))

        def _parse_origin_rule(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                origin_rule_type_0 = UUID(data)

                return origin_rule_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        origin_rule = _parse_origin_rule(d.pop("origin_rule", UNSET))

        def _parse_cancel(data: object) -> JobCancelRead | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                cancel_type_0 = JobCancelRead.from_dict(data)

                return cancel_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JobCancelRead | None | Unset, data)

        cancel = _parse_cancel(d.pop("cancel", UNSET))

        _warnings = d.pop("warnings", UNSET)
        warnings: list[JobWarningRead] | Unset = UNSET
        if _warnings is not UNSET:
            warnings = []
            for warnings_item_data in _warnings:
                warnings_item = JobWarningRead.from_dict(warnings_item_data)

                warnings.append(warnings_item)

        def _parse_point_spread_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        point_spread_seconds = _parse_point_spread_seconds(d.pop("point_spread_seconds", UNSET))

        recovery_run_accepted = cls(
            id=id,
            kind=kind,
            state=state,
            origin=origin,
            resource=resource,
            vault_id=vault_id,
            protected_item_id=protected_item_id,
            requested_by=requested_by,
            reference=reference,
            labels=labels,
            created_at=created_at,
            started_at=started_at,
            finished_at=finished_at,
            updated_at=updated_at,
            progress_percent=progress_percent,
            remaining_seconds=remaining_seconds,
            tasks=tasks,
            as_of=as_of,
            waiting=waiting,
            azure=azure,
            result=result,
            error=error,
            run=run,
            vm=vm,
            transferred_bytes=transferred_bytes,
            total_bytes=total_bytes,
            approval=approval,
            parent=parent,
            counts=counts,
            origin_rule=origin_rule,
            cancel=cancel,
            warnings=warnings,
            point_spread_seconds=point_spread_seconds,
        )

        recovery_run_accepted.additional_properties = d
        return recovery_run_accepted
