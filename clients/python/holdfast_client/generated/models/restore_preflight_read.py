from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from ..models.disks_target_read import DisksTargetRead
    from ..models.files_target_body import FilesTargetBody
    from ..models.new_vm_target_read import NewVmTargetRead
    from ..models.replace_disks_target_read import ReplaceDisksTargetRead
    from ..models.restore_check_read import RestoreCheckRead
    from ..models.restore_point_read import RestorePointRead
    from ..models.restore_target_sources import RestoreTargetSources


T = TypeVar("T", bound="RestorePreflightRead")


@_dataclass
class RestorePreflightRead:
    """Whether a restore could be done now.

    Attributes:
        ok (bool): Whether it would be accepted: no check failed.
        complete (bool): Whether all was checked: no check was skipped.
        checks (list[RestoreCheckRead]): Every check, in the order in which they are made.
        recovery_point (None | RestorePointRead): The point that the restore would use; null if none is.
        target (DisksTargetRead | FilesTargetBody | NewVmTargetRead | ReplaceDisksTargetRead): Where to: as the request
            says, the rest from the restore defaults.
        target_sources (None | RestoreTargetSources): Where each id of the target comes from; null: the request named
            all of them.
        as_of (datetime.datetime | None): When Azure was asked; null: a check was skipped, see `complete`.
    """

    ok: bool
    complete: bool
    checks: list[RestoreCheckRead]
    recovery_point: None | RestorePointRead
    target: DisksTargetRead | FilesTargetBody | NewVmTargetRead | ReplaceDisksTargetRead
    target_sources: None | RestoreTargetSources
    as_of: datetime.datetime | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.disks_target_read import DisksTargetRead  # noqa: PLC0415
        from ..models.new_vm_target_read import NewVmTargetRead  # noqa: PLC0415
        from ..models.replace_disks_target_read import ReplaceDisksTargetRead  # noqa: PLC0415
        from ..models.restore_point_read import RestorePointRead  # noqa: PLC0415
        from ..models.restore_target_sources import RestoreTargetSources  # noqa: PLC0415

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
                "target": target,
                "target_sources": target_sources,
                "as_of": as_of,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.disks_target_read import DisksTargetRead  # noqa: PLC0415
        from ..models.files_target_body import FilesTargetBody  # noqa: PLC0415
        from ..models.new_vm_target_read import NewVmTargetRead  # noqa: PLC0415
        from ..models.replace_disks_target_read import ReplaceDisksTargetRead  # noqa: PLC0415
        from ..models.restore_check_read import RestoreCheckRead  # noqa: PLC0415
        from ..models.restore_point_read import RestorePointRead  # noqa: PLC0415
        from ..models.restore_target_sources import RestoreTargetSources  # noqa: PLC0415

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
            target=target,
            target_sources=target_sources,
            as_of=as_of,
        )

        restore_preflight_read.additional_properties = d
        return restore_preflight_read
