from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from ..models.restore_check_read import RestoreCheckRead
    from ..models.restore_point_read import RestorePointRead


T = TypeVar("T", bound="RestorePreflightRead")


@_dataclass
class RestorePreflightRead:
    """Whether a restore could be done now.

    Attributes:
        ok (bool): Whether it would be accepted: no check failed.
        complete (bool): Whether all was checked: no check was skipped.
        checks (list[RestoreCheckRead]): Every check, in the order in which they are made.
        recovery_point (None | RestorePointRead): The point that the restore would use; null if none is.
        as_of (datetime.datetime | None): When Azure was asked; null: a check was skipped, see `complete`.
    """

    ok: bool
    complete: bool
    checks: list[RestoreCheckRead]
    recovery_point: None | RestorePointRead
    as_of: datetime.datetime | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.restore_point_read import RestorePointRead  # noqa: PLC0415

        ok = self.ok

        complete = self.complete

        checks = []
        for checks_item_data in self.checks:
            checks_item = checks_item_data.to_dict()
            checks.append(checks_item)

        recovery_point: dict[str, Any] | None
        if isinstance(self.recovery_point, RestorePointRead):
            recovery_point = self.recovery_point.to_dict()
        else:
            recovery_point = self.recovery_point

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
                "checks": checks,
                "recovery_point": recovery_point,
                "as_of": as_of,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.restore_check_read import RestoreCheckRead  # noqa: PLC0415
        from ..models.restore_point_read import RestorePointRead  # noqa: PLC0415

        d = dict(src_dict)
        ok = d.pop("ok")

        complete = d.pop("complete")

        checks = []
        _checks = d.pop("checks")
        for checks_item_data in _checks:
            checks_item = RestoreCheckRead.from_dict(checks_item_data)

            checks.append(checks_item)

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

        restore_preflight_read = cls(
            ok=ok,
            complete=complete,
            checks=checks,
            recovery_point=recovery_point,
            as_of=as_of,
        )

        restore_preflight_read.additional_properties = d
        return restore_preflight_read
