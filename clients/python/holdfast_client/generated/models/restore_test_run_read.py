from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.restore_test_level import RestoreTestLevel, check_restore_test_level
from ..models.restore_test_outcome import RestoreTestOutcome, check_restore_test_outcome
from ..models.restore_test_run_state import RestoreTestRunState, check_restore_test_run_state

if TYPE_CHECKING:
    from ..models.restore_test_left_read import RestoreTestLeftRead
    from ..models.restore_test_level_read import RestoreTestLevelRead
    from ..models.restore_test_measured_read import RestoreTestMeasuredRead
    from ..models.restore_test_run_read_recovery_point_type_0 import RestoreTestRunReadRecoveryPointType0


T = TypeVar("T", bound="RestoreTestRunRead")


@_dataclass
class RestoreTestRunRead:
    """One item, tested once.

    Attributes:
        id (UUID): Its id: a UUID, in the order of creation. The run is at /v1/restore-test-runs/{id}.
        restore_test_id (UUID): The restore test; it may have been deleted since.
        job (str): The job of the round: /v1/jobs/{id}.
        protected_item_id (UUID): The item whose backup was restored.
        vm_id (str): ARM id of the VM whose backup was restored.
        state (RestoreTestRunState): How far a run is.
        outcome (None | RestoreTestOutcome): proven: every level passed. failed: see failed_level. not_proven: it was
            not tested, see detail. timed_out: a level came to no end.
        failed_level (None | RestoreTestLevel): The level that was not passed; null: none.
        detail (None | str): Why it ended so, in words; null: nothing to say.
        recovery_point (None | RestoreTestRunReadRecoveryPointType0): The point that was restored: `id`, `time`,
            `consistency`; null: none was chosen.
        measured (RestoreTestMeasuredRead): Seconds from the beginning of the restore, by Azure's clock; null: not
            reached, or Azure gives no time.
        left (list[RestoreTestLeftRead]): What is still in Azure when the run has ended.
        ended_at (datetime.datetime | None): When it ended (UTC); null: not yet.
        waits_for (None | str): Why it does not move at the moment.
        restore (None | str): Path of the restore: /v1/restores/{id}; null: none yet.
        tear_down_job (None | str): The job that deletes what was restored: /v1/jobs/{id}; null: none yet.
        machine_id (None | str): ARM id of the restored VM, which the run deletes again.
        levels (list[RestoreTestLevelRead]): The levels that were looked at, in their order.
        created_at (datetime.datetime): When it was created (UTC).
        updated_at (datetime.datetime): When it last changed here (UTC).
    """

    id: UUID
    restore_test_id: UUID
    job: str
    protected_item_id: UUID
    vm_id: str
    state: RestoreTestRunState
    outcome: None | RestoreTestOutcome
    failed_level: None | RestoreTestLevel
    detail: None | str
    recovery_point: None | RestoreTestRunReadRecoveryPointType0
    measured: RestoreTestMeasuredRead
    left: list[RestoreTestLeftRead]
    ended_at: datetime.datetime | None
    waits_for: None | str
    restore: None | str
    tear_down_job: None | str
    machine_id: None | str
    levels: list[RestoreTestLevelRead]
    created_at: datetime.datetime
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.restore_test_run_read_recovery_point_type_0 import RestoreTestRunReadRecoveryPointType0  # noqa: PLC0415

        id = str(self.id)

        restore_test_id = str(self.restore_test_id)

        job = self.job

        protected_item_id = str(self.protected_item_id)

        vm_id = self.vm_id

        state: str = self.state

        outcome: None | str
        if isinstance(self.outcome, str):
            outcome = self.outcome
        else:
            outcome = self.outcome

        failed_level: None | str
        if isinstance(self.failed_level, str):
            failed_level = self.failed_level
        else:
            failed_level = self.failed_level

        detail: None | str
        detail = self.detail

        recovery_point: dict[str, Any] | None
        if isinstance(self.recovery_point, RestoreTestRunReadRecoveryPointType0):
            recovery_point = self.recovery_point.to_dict()
        else:
            recovery_point = self.recovery_point

        measured = self.measured.to_dict()

        left = []
        for left_item_data in self.left:
            left_item = left_item_data.to_dict()
            left.append(left_item)

        ended_at: None | str
        if isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at

        waits_for: None | str
        waits_for = self.waits_for

        restore: None | str
        restore = self.restore

        tear_down_job: None | str
        tear_down_job = self.tear_down_job

        machine_id: None | str
        machine_id = self.machine_id

        levels = []
        for levels_item_data in self.levels:
            levels_item = levels_item_data.to_dict()
            levels.append(levels_item)

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "restore_test_id": restore_test_id,
                "job": job,
                "protected_item_id": protected_item_id,
                "vm_id": vm_id,
                "state": state,
                "outcome": outcome,
                "failed_level": failed_level,
                "detail": detail,
                "recovery_point": recovery_point,
                "measured": measured,
                "left": left,
                "ended_at": ended_at,
                "waits_for": waits_for,
                "restore": restore,
                "tear_down_job": tear_down_job,
                "machine_id": machine_id,
                "levels": levels,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.restore_test_left_read import RestoreTestLeftRead  # noqa: PLC0415
        from ..models.restore_test_level_read import RestoreTestLevelRead  # noqa: PLC0415
        from ..models.restore_test_measured_read import RestoreTestMeasuredRead  # noqa: PLC0415
        from ..models.restore_test_run_read_recovery_point_type_0 import RestoreTestRunReadRecoveryPointType0  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        restore_test_id = UUID(d.pop("restore_test_id"))

        job = d.pop("job")

        protected_item_id = UUID(d.pop("protected_item_id"))

        vm_id = d.pop("vm_id")

        state = check_restore_test_run_state(d.pop("state"))

        def _parse_outcome(data: object) -> None | RestoreTestOutcome:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                outcome_type_0 = check_restore_test_outcome(data)

                return outcome_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestoreTestOutcome, data)

        outcome = _parse_outcome(d.pop("outcome"))

        def _parse_failed_level(data: object) -> None | RestoreTestLevel:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                failed_level_type_0 = check_restore_test_level(data)

                return failed_level_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestoreTestLevel, data)

        failed_level = _parse_failed_level(d.pop("failed_level"))

        def _parse_detail(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        detail = _parse_detail(d.pop("detail"))

        def _parse_recovery_point(data: object) -> None | RestoreTestRunReadRecoveryPointType0:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                recovery_point_type_0 = RestoreTestRunReadRecoveryPointType0.from_dict(data)

                return recovery_point_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestoreTestRunReadRecoveryPointType0, data)

        recovery_point = _parse_recovery_point(d.pop("recovery_point"))

        measured = RestoreTestMeasuredRead.from_dict(d.pop("measured"))

        left = []
        _left = d.pop("left")
        for left_item_data in _left:
            left_item = RestoreTestLeftRead.from_dict(left_item_data)

            left.append(left_item)

        def _parse_ended_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_at_type_0 = datetime.datetime.fromisoformat(data)

                return ended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        ended_at = _parse_ended_at(d.pop("ended_at"))

        def _parse_waits_for(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        waits_for = _parse_waits_for(d.pop("waits_for"))

        def _parse_restore(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        restore = _parse_restore(d.pop("restore"))

        def _parse_tear_down_job(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        tear_down_job = _parse_tear_down_job(d.pop("tear_down_job"))

        def _parse_machine_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        machine_id = _parse_machine_id(d.pop("machine_id"))

        levels = []
        _levels = d.pop("levels")
        for levels_item_data in _levels:
            levels_item = RestoreTestLevelRead.from_dict(levels_item_data)

            levels.append(levels_item)

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        restore_test_run_read = cls(
            id=id,
            restore_test_id=restore_test_id,
            job=job,
            protected_item_id=protected_item_id,
            vm_id=vm_id,
            state=state,
            outcome=outcome,
            failed_level=failed_level,
            detail=detail,
            recovery_point=recovery_point,
            measured=measured,
            left=left,
            ended_at=ended_at,
            waits_for=waits_for,
            restore=restore,
            tear_down_job=tear_down_job,
            machine_id=machine_id,
            levels=levels,
            created_at=created_at,
            updated_at=updated_at,
        )

        restore_test_run_read.additional_properties = d
        return restore_test_run_read
