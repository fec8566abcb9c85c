from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.recovery_mode import RecoveryMode, check_recovery_mode

if TYPE_CHECKING:
    from ..models.recovery_member_preflight_read import RecoveryMemberPreflightRead


T = TypeVar("T", bound="RecoveryPlanPreflightRead")


@_dataclass
class RecoveryPlanPreflightRead:
    """Whether the plan could be carried out now.

    Attributes:
        ok (bool): True: no check failed of a member that may not fail.
        complete (bool): Whether all was checked: no check was skipped.
        mode (RecoveryMode): `recover`: for real; `rehearse`: into an isolated network, and deleted again.
        members (list[RecoveryMemberPreflightRead]): Member by member, in the order of the waves.
        point_spread_seconds (float | None): Between the oldest and the newest of these points; null: none is known.
        as_of (datetime.datetime | None): When Azure was asked; null: a check was skipped, see `complete`.
    """

    ok: bool
    complete: bool
    mode: RecoveryMode
    members: list[RecoveryMemberPreflightRead]
    point_spread_seconds: float | None
    as_of: datetime.datetime | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        ok = self.ok

        complete = self.complete

        mode: str = self.mode

        members = []
        for members_item_data in self.members:
            members_item = members_item_data.to_dict()
            members.append(members_item)

        point_spread_seconds: float | None
        point_spread_seconds = self.point_spread_seconds

        as_of: None | str
        if isinstance(self.as_of, datetime.datetime):
            as_of = self.as_of.isoformat()
        else:
            as_of = self.as_of

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "ok": ok,
                "complete": complete,
                "mode": mode,
                "members": members,
                "point_spread_seconds": point_spread_seconds,
                "as_of": as_of,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.recovery_member_preflight_read import RecoveryMemberPreflightRead  # noqa: PLC0415

        d = dict(src_dict)
        ok = d.pop("ok")

        complete = d.pop("complete")

        mode = check_recovery_mode(d.pop("mode"))

        members = []
        _members = d.pop("members")
        for members_item_data in _members:
            members_item = RecoveryMemberPreflightRead.from_dict(members_item_data)

            members.append(members_item)

        def _parse_point_spread_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        point_spread_seconds = _parse_point_spread_seconds(d.pop("point_spread_seconds"))

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

        recovery_plan_preflight_read = cls(
            ok=ok,
            complete=complete,
            mode=mode,
            members=members,
            point_spread_seconds=point_spread_seconds,
            as_of=as_of,
        )

        recovery_plan_preflight_read.additional_properties = d
        return recovery_plan_preflight_read
