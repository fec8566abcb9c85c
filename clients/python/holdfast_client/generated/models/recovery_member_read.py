from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.recovery_member_state import RecoveryMemberState, check_recovery_member_state
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.job_error_read import JobErrorRead
    from ..models.vm_read import VmRead


T = TypeVar("T", bound="RecoveryMemberRead")


@_dataclass
class RecoveryMemberRead:
    """A VM of the run, and what became of it.

    Attributes:
        protected_item_id (UUID): Id of the protected item: /v1/protected-items/{id}.
        vm (None | VmRead): The VM; null: not known any more.
        wave (str): Name of the wave.
        may_fail (bool): Whether the run goes on if this VM does not come back.
        state (RecoveryMemberState): What became of a VM of a run.
        restore (None | str): Path of its restore: /v1/restores/{id}; null: none yet.
        job (None | str): Of its restore; the restore's own state is there.
        recovery_point_time (datetime.datetime | None): When the recovery point was taken (UTC); null: none was chosen.
        rto_seconds (float | None): From the beginning of the run until this VM was back.
        error (JobErrorRead | None | Unset): Why it failed; null: it has not failed.
    """

    protected_item_id: UUID
    vm: None | VmRead
    wave: str
    may_fail: bool
    state: RecoveryMemberState
    restore: None | str
    job: None | str
    recovery_point_time: datetime.datetime | None
    rto_seconds: float | None
    error: JobErrorRead | None | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.job_error_read import JobErrorRead  # noqa: PLC0415
        from ..models.vm_read import VmRead  # noqa: PLC0415

        protected_item_id = str(self.protected_item_id)

        vm: dict[str, Any] | None
        if isinstance(self.vm, VmRead):
            vm = self.vm.to_dict()
        else:
            vm = self.vm

        wave = self.wave

        may_fail = self.may_fail

        state: str = self.state

        restore: None | str
        restore = self.restore

        job: None | str
        job = self.job

        recovery_point_time: None | str
        if isinstance(self.recovery_point_time, datetime.datetime):
            recovery_point_time = self.recovery_point_time.isoformat()
        else:
            recovery_point_time = self.recovery_point_time

        rto_seconds: float | None
        rto_seconds = self.rto_seconds

        error: dict[str, Any] | None | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        elif isinstance(self.error, JobErrorRead):
            error = self.error.to_dict()
        else:
            error = self.error

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "protected_item_id": protected_item_id,
                "vm": vm,
                "wave": wave,
                "may_fail": may_fail,
                "state": state,
                "restore": restore,
                "job": job,
                "recovery_point_time": recovery_point_time,
                "rto_seconds": rto_seconds,
            }
        )
        if error is not UNSET:
            field_dict["error"] = error

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.job_error_read import JobErrorRead  # noqa: PLC0415
        from ..models.vm_read import VmRead  # noqa: PLC0415

        d = dict(src_dict)
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

        wave = d.pop("wave")

        may_fail = d.pop("may_fail")

        state = check_recovery_member_state(d.pop("state"))

        def _parse_restore(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        restore = _parse_restore(d.pop("restore"))

        def _parse_job(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        job = _parse_job(d.pop("job"))

        def _parse_recovery_point_time(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                recovery_point_time_type_0 = datetime.datetime.fromisoformat(data)

                return recovery_point_time_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        recovery_point_time = _parse_recovery_point_time(d.pop("recovery_point_time"))

        def _parse_rto_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        rto_seconds = _parse_rto_seconds(d.pop("rto_seconds"))

        def _parse_error(data: object) -> JobErrorRead | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                error_type_0 = JobErrorRead.from_dict(data)

                return error_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JobErrorRead | None | Unset, data)

        error = _parse_error(d.pop("error", UNSET))

        recovery_member_read = cls(
            protected_item_id=protected_item_id,
            vm=vm,
            wave=wave,
            may_fail=may_fail,
            state=state,
            restore=restore,
            job=job,
            recovery_point_time=recovery_point_time,
            rto_seconds=rto_seconds,
            error=error,
        )

        recovery_member_read.additional_properties = d
        return recovery_member_read
