from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

if TYPE_CHECKING:
    from ..models.restore_check_read import RestoreCheckRead
    from ..models.restore_point_read import RestorePointRead
    from ..models.vm_read import VmRead


T = TypeVar("T", bound="RecoveryMemberPreflightRead")


@_dataclass
class RecoveryMemberPreflightRead:
    """One member: the point it would get, and every check of its restore.

    Attributes:
        protected_item_id (UUID): Id of the protected item: /v1/protected-items/{id}.
        vm (None | VmRead): The VM; null: the item is gone.
        wave (str): Name of the wave.
        may_fail (bool): Whether the run goes on if this VM does not come back.
        ok (bool): Whether its restore would be accepted: no check failed.
        recovery_point (None | RestorePointRead): The point it would get; null: none meets the rule.
        checks (list[RestoreCheckRead]): Every check of its restore.
    """

    protected_item_id: UUID
    vm: None | VmRead
    wave: str
    may_fail: bool
    ok: bool
    recovery_point: None | RestorePointRead
    checks: list[RestoreCheckRead]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.restore_point_read import RestorePointRead  # noqa: PLC0415
        from ..models.vm_read import VmRead  # noqa: PLC0415

        protected_item_id = str(self.protected_item_id)

        vm: dict[str, Any] | None
        if isinstance(self.vm, VmRead):
            vm = self.vm.to_dict()
        else:
            vm = self.vm

        wave = self.wave

        may_fail = self.may_fail

        ok = self.ok

        recovery_point: dict[str, Any] | None
        if isinstance(self.recovery_point, RestorePointRead):
            recovery_point = self.recovery_point.to_dict()
        else:
            recovery_point = self.recovery_point

        checks = []
        for checks_item_data in self.checks:
            checks_item = checks_item_data.to_dict()
            checks.append(checks_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "protected_item_id": protected_item_id,
                "vm": vm,
                "wave": wave,
                "may_fail": may_fail,
                "ok": ok,
                "recovery_point": recovery_point,
                "checks": checks,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.restore_check_read import RestoreCheckRead  # noqa: PLC0415
        from ..models.restore_point_read import RestorePointRead  # noqa: PLC0415
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

        ok = d.pop("ok")

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

        checks = []
        _checks = d.pop("checks")
        for checks_item_data in _checks:
            checks_item = RestoreCheckRead.from_dict(checks_item_data)

            checks.append(checks_item)

        recovery_member_preflight_read = cls(
            protected_item_id=protected_item_id,
            vm=vm,
            wave=wave,
            may_fail=may_fail,
            ok=ok,
            recovery_point=recovery_point,
            checks=checks,
        )

        recovery_member_preflight_read.additional_properties = d
        return recovery_member_preflight_read
