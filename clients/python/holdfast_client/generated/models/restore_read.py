from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.job_state import JobState, check_job_state
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.disks_target_read import DisksTargetRead
    from ..models.files_target_body import FilesTargetBody
    from ..models.job_error_read import JobErrorRead
    from ..models.job_warning_read import JobWarningRead
    from ..models.mount_result import MountResult
    from ..models.mount_session_read import MountSessionRead
    from ..models.new_vm_target_read import NewVmTargetRead
    from ..models.replace_disks_target_read import ReplaceDisksTargetRead
    from ..models.restore_check_read import RestoreCheckRead
    from ..models.restore_point_read import RestorePointRead
    from ..models.restore_result import RestoreResult
    from ..models.restore_target_sources import RestoreTargetSources
    from ..models.vm_read import VmRead


T = TypeVar("T", bound="RestoreRead")


@_dataclass
class RestoreRead:
    """A restore: the request and its result.

    Attributes:
        id (UUID): Its id: a UUID, in the order of creation. The restore is at /v1/restores/{id}.
        job (str): Path of the job: /v1/jobs/{id}.
        protected_item_id (UUID): The protected item whose backup is restored.
        vm (None | VmRead): The VM whose recovery point is restored; null: not recorded.
        state (JobState): The state of a job. Each line says how a job gets into it, and what ends it.
        recovery_point (None | RestorePointRead): Null until a point was chosen.
        target (DisksTargetRead | FilesTargetBody | NewVmTargetRead | ReplaceDisksTargetRead): Where to: as the request
            says, the rest from the restore defaults.
        target_sources (None | RestoreTargetSources): Where each id of the target comes from; null: the request named
            all of them.
        preflight (list[RestoreCheckRead] | None): The checks made when the restore was accepted.
        session (MountSessionRead | None): For mode `files`, once the point is mounted.
        result (MountResult | None | RestoreResult): What was restored, by `mode`; null: it has not ended well.
        error (JobErrorRead | None): Why it failed; null: it has not failed.
        created_at (datetime.datetime): When it was created (UTC).
        finished_at (datetime.datetime | None): When it ended, by Azure's clock; null: not yet.
        warnings (list[JobWarningRead] | Unset): What Azure said about the end, also of a job that failed: each of its
            errors and warnings. Azure's lists do not contain all of them; the others are added by a later sweep.
    """

    id: UUID
    job: str
    protected_item_id: UUID
    vm: None | VmRead
    state: JobState
    recovery_point: None | RestorePointRead
    target: DisksTargetRead | FilesTargetBody | NewVmTargetRead | ReplaceDisksTargetRead
    target_sources: None | RestoreTargetSources
    preflight: list[RestoreCheckRead] | None
    session: MountSessionRead | None
    result: MountResult | None | RestoreResult
    error: JobErrorRead | None
    created_at: datetime.datetime
    finished_at: datetime.datetime | None
    warnings: list[JobWarningRead] | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.disks_target_read import DisksTargetRead  # noqa: PLC0415
        from ..models.job_error_read import JobErrorRead  # noqa: PLC0415
        from ..models.mount_result import MountResult  # noqa: PLC0415
        from ..models.mount_session_read import MountSessionRead  # noqa: PLC0415
        from ..models.new_vm_target_read import NewVmTargetRead  # noqa: PLC0415
        from ..models.replace_disks_target_read import ReplaceDisksTargetRead  # noqa: PLC0415
        from ..models.restore_point_read import RestorePointRead  # noqa: PLC0415
        from ..models.restore_result import RestoreResult  # noqa: PLC0415
        from ..models.restore_target_sources import RestoreTargetSources  # noqa: PLC0415
        from ..models.vm_read import VmRead  # noqa: PLC0415

        id = str(self.id)

        job = self.job

        protected_item_id = str(self.protected_item_id)

        vm: dict[str, Any] | None
        if isinstance(self.vm, VmRead):
            vm = self.vm.to_dict()
        else:
            vm = self.vm

        state: str = self.state

        recovery_point: dict[str, Any] | None
        if isinstance(self.recovery_point, RestorePointRead):
            recovery_point = self.recovery_point.to_dict()
        else:
            recovery_point = self.recovery_point

        target: dict[str, Any]
        if isinstance(self.target, DisksTargetRead):
            target = self.target.to_dict()
        elif isinstance(self.target, NewVmTargetRead):
            target = self.target.to_dict()
        elif isinstance(self.target, ReplaceDisksTargetRead):
            target = self.target.to_dict()
        else:
            target = self.target.to_dict()

        target_sources: dict[str, Any] | None
        if isinstance(self.target_sources, RestoreTargetSources):
            target_sources = self.target_sources.to_dict()
        else:
            target_sources = self.target_sources

        preflight: list[dict[str, Any]] | None
        if isinstance(self.preflight, list):
            preflight = []
            for preflight_type_0_item_data in self.preflight:
                preflight_type_0_item = preflight_type_0_item_data.to_dict()
                preflight.append(preflight_type_0_item)

        else:
            preflight = self.preflight

        session: dict[str, Any] | None
        if isinstance(self.session, MountSessionRead):
            session = self.session.to_dict()
        else:
            session = self.session

        result: dict[str, Any] | None
        if isinstance(self.result, RestoreResult):
            result = self.result.to_dict()
        elif isinstance(self.result, MountResult):
            result = self.result.to_dict()
        else:
            result = self.result

        error: dict[str, Any] | None
        if isinstance(self.error, JobErrorRead):
            error = self.error.to_dict()
        else:
            error = self.error

        created_at = self.created_at.isoformat()

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        warnings: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.warnings, Unset):
            warnings = []
            for warnings_item_data in self.warnings:
                warnings_item = warnings_item_data.to_dict()
                warnings.append(warnings_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "job": job,
                "protected_item_id": protected_item_id,
                "vm": vm,
                "state": state,
                "recovery_point": recovery_point,
                "target": target,
                "target_sources": target_sources,
                "preflight": preflight,
                "session": session,
                "result": result,
                "error": error,
                "created_at": created_at,
                "finished_at": finished_at,
            }
        )
        if warnings is not UNSET:
            field_dict["warnings"] = warnings

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.disks_target_read import DisksTargetRead  # noqa: PLC0415
        from ..models.files_target_body import FilesTargetBody  # noqa: PLC0415
        from ..models.job_error_read import JobErrorRead  # noqa: PLC0415
        from ..models.job_warning_read import JobWarningRead  # noqa: PLC0415
        from ..models.mount_result import MountResult  # noqa: PLC0415
        from ..models.mount_session_read import MountSessionRead  # noqa: PLC0415
        from ..models.new_vm_target_read import NewVmTargetRead  # noqa: PLC0415
        from ..models.replace_disks_target_read import ReplaceDisksTargetRead  # noqa: PLC0415
        from ..models.restore_check_read import RestoreCheckRead  # noqa: PLC0415
        from ..models.restore_point_read import RestorePointRead  # noqa: PLC0415
        from ..models.restore_result import RestoreResult  # noqa: PLC0415
        from ..models.restore_target_sources import RestoreTargetSources  # noqa: PLC0415
        from ..models.vm_read import VmRead  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        job = d.pop("job")

        protected_item_id = UUID(d.pop("protected_item_id"))

        def _parse_vm(data: object) -> None | VmRead:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                vm_type_0 = VmRead.from_dict(data)

                return vm_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | VmRead, data)

        vm = _parse_vm(d.pop("vm"))

        state = check_job_state(d.pop("state"))

        def _parse_recovery_point(data: object) -> None | RestorePointRead:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                recovery_point_type_0 = RestorePointRead.from_dict(data)

                return recovery_point_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestorePointRead, data)

        recovery_point = _parse_recovery_point(d.pop("recovery_point"))

        def _parse_target(data: object) -> DisksTargetRead | FilesTargetBody | NewVmTargetRead | ReplaceDisksTargetRead:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                target_type_0 = DisksTargetRead.from_dict(data)

                return target_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                target_type_1 = NewVmTargetRead.from_dict(data)

                return target_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                target_type_2 = ReplaceDisksTargetRead.from_dict(data)

                return target_type_2
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            target_type_3 = FilesTargetBody.from_dict(data)

            return target_type_3

        target = _parse_target(d.pop("target"))

        def _parse_target_sources(data: object) -> None | RestoreTargetSources:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                target_sources_type_0 = RestoreTargetSources.from_dict(data)

                return target_sources_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestoreTargetSources, data)

        target_sources = _parse_target_sources(d.pop("target_sources"))

        def _parse_preflight(data: object) -> list[RestoreCheckRead] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                preflight_type_0 = []
                _preflight_type_0 = data
                for preflight_type_0_item_data in _preflight_type_0:
                    preflight_type_0_item = RestoreCheckRead.from_dict(preflight_type_0_item_data)

                    preflight_type_0.append(preflight_type_0_item)

                return preflight_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[RestoreCheckRead] | None, data)

        preflight = _parse_preflight(d.pop("preflight"))

        def _parse_session(data: object) -> MountSessionRead | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                session_type_0 = MountSessionRead.from_dict(data)

                return session_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MountSessionRead | None, data)

        session = _parse_session(d.pop("session"))

        def _parse_result(data: object) -> MountResult | None | RestoreResult:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_type_0_type_0 = RestoreResult.from_dict(data)

                return result_type_0_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_type_0_type_1 = MountResult.from_dict(data)

                return result_type_0_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MountResult | None | RestoreResult, data)

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

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

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

        _warnings = d.pop("warnings", UNSET)
        warnings: list[JobWarningRead] | Unset = UNSET
        if _warnings is not UNSET:
            warnings = []
            for warnings_item_data in _warnings:
                warnings_item = JobWarningRead.from_dict(warnings_item_data)

                warnings.append(warnings_item)

        restore_read = cls(
            id=id,
            job=job,
            protected_item_id=protected_item_id,
            vm=vm,
            state=state,
            recovery_point=recovery_point,
            target=target,
            target_sources=target_sources,
            preflight=preflight,
            session=session,
            result=result,
            error=error,
            created_at=created_at,
            finished_at=finished_at,
            warnings=warnings,
        )

        restore_read.additional_properties = d
        return restore_read
