from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast
from uuid import UUID

from ..types import UNSET, Unset

T = TypeVar("T", bound="QuarterPlanRun")


@_dataclass
class QuarterPlanRun:
    """A run of a recovery plan that ended in the quarter.

    Attributes:
        plan_id (UUID): Id of the recovery plan: /v1/recovery-plans/{id}.
        run (str): Path of the run: /v1/recovery-runs/{id}.
        mode (str): `recover` or `rehearse`.
        ended_at (datetime.datetime): When it ended (UTC); null: not yet.
        members (int): VMs of the run.
        came_back (int): Those of them that came back.
        name (None | str | Unset): As it is now; null: the plan is gone.
        rto_seconds (float | None | Unset): Null unless every VM came back that may not fail.
        promised_rto_seconds (int | None | Unset): Within how many seconds all VMs shall be back; null: nothing is
            promised.
        promise_kept (bool | None | Unset): Whether all came back within `promised_rto_seconds`; null: nothing was
            promised.
    """

    plan_id: UUID
    run: str
    mode: str
    ended_at: datetime.datetime
    members: int
    came_back: int
    name: None | str | Unset = UNSET
    rto_seconds: float | None | Unset = UNSET
    promised_rto_seconds: int | None | Unset = UNSET
    promise_kept: bool | None | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        plan_id = str(self.plan_id)

        run = self.run

        mode = self.mode

        ended_at = self.ended_at.isoformat()

        members = self.members

        came_back = self.came_back

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        rto_seconds: float | None | Unset
        if isinstance(self.rto_seconds, Unset):
            rto_seconds = UNSET
        else:
            rto_seconds = self.rto_seconds

        promised_rto_seconds: int | None | Unset
        if isinstance(self.promised_rto_seconds, Unset):
            promised_rto_seconds = UNSET
        else:
            promised_rto_seconds = self.promised_rto_seconds

        promise_kept: bool | None | Unset
        if isinstance(self.promise_kept, Unset):
            promise_kept = UNSET
        else:
            promise_kept = self.promise_kept

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "plan_id": plan_id,
                "run": run,
                "mode": mode,
                "ended_at": ended_at,
                "members": members,
                "came_back": came_back,
            }
        )
        if name is not UNSET:
            field_dict["name"] = name
        if rto_seconds is not UNSET:
            field_dict["rto_seconds"] = rto_seconds
        if promised_rto_seconds is not UNSET:
            field_dict["promised_rto_seconds"] = promised_rto_seconds
        if promise_kept is not UNSET:
            field_dict["promise_kept"] = promise_kept

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        plan_id = UUID(d.pop("plan_id"))

        run = d.pop("run")

        mode = d.pop("mode")

        ended_at = datetime.datetime.fromisoformat(d.pop("ended_at"))

        members = d.pop("members")

        came_back = d.pop("came_back")

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        def _parse_rto_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        rto_seconds = _parse_rto_seconds(d.pop("rto_seconds", UNSET))

        def _parse_promised_rto_seconds(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        promised_rto_seconds = _parse_promised_rto_seconds(d.pop("promised_rto_seconds", UNSET))

        def _parse_promise_kept(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        promise_kept = _parse_promise_kept(d.pop("promise_kept", UNSET))

        quarter_plan_run = cls(
            plan_id=plan_id,
            run=run,
            mode=mode,
            ended_at=ended_at,
            members=members,
            came_back=came_back,
            name=name,
            rto_seconds=rto_seconds,
            promised_rto_seconds=promised_rto_seconds,
            promise_kept=promise_kept,
        )

        quarter_plan_run.additional_properties = d
        return quarter_plan_run
