from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.job_state import JobState, check_job_state
from ..models.recovery_mode import RecoveryMode, check_recovery_mode

if TYPE_CHECKING:
    from ..models.recovery_member_read import RecoveryMemberRead
    from ..models.recovery_stopped_read import RecoveryStoppedRead
    from ..models.recovery_wave_read import RecoveryWaveRead


T = TypeVar("T", bound="RecoveryRunRead")


@_dataclass
class RecoveryRunRead:
    """A recovery run: which wave it is in, and what became of every VM.

    Attributes:
        id (UUID): Its id: a UUID, in the order of creation. The run is at /v1/recovery-runs/{id}.
        plan_id (UUID): The plan may have been changed or deleted since: the run keeps its copy.
        mode (RecoveryMode): `recover`: for real; `rehearse`: into an isolated network, and deleted again.
        job (str): The job that leads it: /v1/jobs/{id}.
        state (JobState): The state of a job. Each line says how a job gets into it, and what ends it.
        waves (list[RecoveryWaveRead]): The waves, in their order.
        members (list[RecoveryMemberRead]): Every VM, in the order of the waves.
        point_spread_seconds (float | None): Between the oldest and the newest recovery point.
        rto_seconds (float | None): From the beginning until the last VM was back; null unless all came back that may
            not fail.
        promised_rto_seconds (int | None): Within how many seconds all VMs shall be back; null: nothing is promised.
        stopped (None | RecoveryStoppedRead): Why nothing more begins; null: it goes on, or has ended.
        plan_hash (str): SHA-256 of the plan as it is carried out: what an approval is bound to.
        created_at (datetime.datetime): When it was created (UTC).
        started_at (datetime.datetime | None): When its first wave began (UTC); null: not yet.
        ended_at (datetime.datetime | None): When it ended (UTC); null: not yet.
    """

    id: UUID
    plan_id: UUID
    mode: RecoveryMode
    job: str
    state: JobState
    waves: list[RecoveryWaveRead]
    members: list[RecoveryMemberRead]
    point_spread_seconds: float | None
    rto_seconds: float | None
    promised_rto_seconds: int | None
    stopped: None | RecoveryStoppedRead
    plan_hash: str
    created_at: datetime.datetime
    started_at: datetime.datetime | None
    ended_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.recovery_stopped_read import RecoveryStoppedRead  # noqa: PLC0415

        id = str(self.id)

        plan_id = str(self.plan_id)

        mode: str = self.mode

        job = self.job

        state: str = self.state

        waves = []
        for waves_item_data in self.waves:
            waves_item = waves_item_data.to_dict()
            waves.append(waves_item)

        members = []
        for members_item_data in self.members:
            members_item = members_item_data.to_dict()
            members.append(members_item)

        point_spread_seconds: float | None
        point_spread_seconds = self.point_spread_seconds

        rto_seconds: float | None
        rto_seconds = self.rto_seconds

        promised_rto_seconds: int | None
        promised_rto_seconds = self.promised_rto_seconds

        stopped: dict[str, Any] | None
        if isinstance(self.stopped, RecoveryStoppedRead):
            stopped = self.stopped.to_dict()
        else:
            stopped = self.stopped

        plan_hash = self.plan_hash

        created_at = self.created_at.isoformat()

        started_at: None | str
        if isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        ended_at: None | str
        if isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "plan_id": plan_id,
                "mode": mode,
                "job": job,
                "state": state,
                "waves": waves,
                "members": members,
                "point_spread_seconds": point_spread_seconds,
                "rto_seconds": rto_seconds,
                "promised_rto_seconds": promised_rto_seconds,
                "stopped": stopped,
                "plan_hash": plan_hash,
                "created_at": created_at,
                "started_at": started_at,
                "ended_at": ended_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.recovery_member_read import RecoveryMemberRead  # noqa: PLC0415
        from ..models.recovery_stopped_read import RecoveryStoppedRead  # noqa: PLC0415
        from ..models.recovery_wave_read import RecoveryWaveRead  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        plan_id = UUID(d.pop("plan_id"))

        mode = check_recovery_mode(d.pop("mode"))

        job = d.pop("job")

        state = check_job_state(d.pop("state"))

        waves = []
        _waves = d.pop("waves")
        for waves_item_data in _waves:
            waves_item = RecoveryWaveRead.from_dict(waves_item_data)

            waves.append(waves_item)

        members = []
        _members = d.pop("members")
        for members_item_data in _members:
            members_item = RecoveryMemberRead.from_dict(members_item_data)

            members.append(members_item)

        def _parse_point_spread_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        point_spread_seconds = _parse_point_spread_seconds(d.pop("point_spread_seconds"))

        def _parse_rto_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        rto_seconds = _parse_rto_seconds(d.pop("rto_seconds"))

        def _parse_promised_rto_seconds(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        promised_rto_seconds = _parse_promised_rto_seconds(d.pop("promised_rto_seconds"))

        def _parse_stopped(data: object) -> None | RecoveryStoppedRead:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                stopped_type_0 = RecoveryStoppedRead.from_dict(data)

                return stopped_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RecoveryStoppedRead, data)

        stopped = _parse_stopped(d.pop("stopped"))

        plan_hash = d.pop("plan_hash")

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

        recovery_run_read = cls(
            id=id,
            plan_id=plan_id,
            mode=mode,
            job=job,
            state=state,
            waves=waves,
            members=members,
            point_spread_seconds=point_spread_seconds,
            rto_seconds=rto_seconds,
            promised_rto_seconds=promised_rto_seconds,
            stopped=stopped,
            plan_hash=plan_hash,
            created_at=created_at,
            started_at=started_at,
            ended_at=ended_at,
        )

        recovery_run_read.additional_properties = d
        return recovery_run_read
