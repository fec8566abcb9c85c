from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.recovery_disks_target_body import RecoveryDisksTargetBody
    from ..models.recovery_new_vm_target_body import RecoveryNewVmTargetBody
    from ..models.recovery_replace_target_body import RecoveryReplaceTargetBody


T = TypeVar("T", bound="RecoveryPlanMemberBody")


@_dataclass
class RecoveryPlanMemberBody:
    """A VM of a wave.

    Attributes:
        protected_item_id (UUID): The protected item whose backup is restored.
        target (None | RecoveryDisksTargetBody | RecoveryNewVmTargetBody | RecoveryReplaceTargetBody | Unset): In mode
            recover; null: that of the plan.
        may_fail (bool | Unset): The run goes on without it. Default: False.
    """

    protected_item_id: UUID
    target: None | RecoveryDisksTargetBody | RecoveryNewVmTargetBody | RecoveryReplaceTargetBody | Unset = UNSET
    may_fail: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        from ..models.recovery_disks_target_body import RecoveryDisksTargetBody  # noqa: PLC0415
        from ..models.recovery_new_vm_target_body import RecoveryNewVmTargetBody  # noqa: PLC0415
        from ..models.recovery_replace_target_body import RecoveryReplaceTargetBody  # noqa: PLC0415

        protected_item_id = str(self.protected_item_id)

        target: dict[str, Any] | None | Unset
        if isinstance(self.target, Unset):
            target = UNSET
        elif isinstance(self.target, RecoveryDisksTargetBody):
            target = self.target.to_dict()
        elif isinstance(self.target, RecoveryNewVmTargetBody):
            target = self.target.to_dict()
        elif isinstance(self.target, RecoveryReplaceTargetBody):
            target = self.target.to_dict()
        else:
            target = self.target

        may_fail = self.may_fail

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "protected_item_id": protected_item_id,
            }
        )
        if target is not UNSET:
            field_dict["target"] = target
        if may_fail is not UNSET:
            field_dict["may_fail"] = may_fail

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.recovery_disks_target_body import RecoveryDisksTargetBody  # noqa: PLC0415
        from ..models.recovery_new_vm_target_body import RecoveryNewVmTargetBody  # noqa: PLC0415
        from ..models.recovery_replace_target_body import RecoveryReplaceTargetBody  # noqa: PLC0415

        d = dict(src_dict)
        protected_item_id = UUID(d.pop("protected_item_id"))

        def _parse_target(
            data: object,
        ) -> None | RecoveryDisksTargetBody | RecoveryNewVmTargetBody | RecoveryReplaceTargetBody | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                target_type_0_type_0 = RecoveryDisksTargetBody.from_dict(data)

                return target_type_0_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                target_type_0_type_1 = RecoveryNewVmTargetBody.from_dict(data)

                return target_type_0_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                target_type_0_type_2 = RecoveryReplaceTargetBody.from_dict(data)

                return target_type_0_type_2
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(
                None | RecoveryDisksTargetBody | RecoveryNewVmTargetBody | RecoveryReplaceTargetBody | Unset, data
            )

        target = _parse_target(d.pop("target", UNSET))

        may_fail = d.pop("may_fail", UNSET)

        recovery_plan_member_body = cls(
            protected_item_id=protected_item_id,
            target=target,
            may_fail=may_fail,
        )

        return recovery_plan_member_body
