from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.recovery_disks_target_body import RecoveryDisksTargetBody
    from ..models.recovery_new_vm_target_body import RecoveryNewVmTargetBody


T = TypeVar("T", bound="RecoveryTargetsBody")


@_dataclass
class RecoveryTargetsBody:
    """Where the members go.

    Attributes:
        recover (None | RecoveryDisksTargetBody | RecoveryNewVmTargetBody | Unset): For members without a target of
            their own.
        rehearse (None | RecoveryDisksTargetBody | RecoveryNewVmTargetBody | Unset): For all members of a rehearsal: a
            resource group and a subnet of their own. Null: the plan cannot be rehearsed.
    """

    recover: None | RecoveryDisksTargetBody | RecoveryNewVmTargetBody | Unset = UNSET
    rehearse: None | RecoveryDisksTargetBody | RecoveryNewVmTargetBody | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.recovery_disks_target_body import RecoveryDisksTargetBody  # noqa: PLC0415
        from ..models.recovery_new_vm_target_body import RecoveryNewVmTargetBody  # noqa: PLC0415

        recover: dict[str, Any] | None | Unset
        if isinstance(self.recover, Unset):
            recover = UNSET
        elif isinstance(self.recover, RecoveryDisksTargetBody):
            recover = self.recover.to_dict()
        elif isinstance(self.recover, RecoveryNewVmTargetBody):
            recover = self.recover.to_dict()
        else:
            recover = self.recover

        rehearse: dict[str, Any] | None | Unset
        if isinstance(self.rehearse, Unset):
            rehearse = UNSET
        elif isinstance(self.rehearse, RecoveryDisksTargetBody):
            rehearse = self.rehearse.to_dict()
        elif isinstance(self.rehearse, RecoveryNewVmTargetBody):
            rehearse = self.rehearse.to_dict()
        else:
            rehearse = self.rehearse

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if recover is not UNSET:
            field_dict["recover"] = recover
        if rehearse is not UNSET:
            field_dict["rehearse"] = rehearse

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.recovery_disks_target_body import RecoveryDisksTargetBody  # noqa: PLC0415
        from ..models.recovery_new_vm_target_body import RecoveryNewVmTargetBody  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_recover(data: object) -> None | RecoveryDisksTargetBody | RecoveryNewVmTargetBody | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                recover_type_0_type_0 = RecoveryDisksTargetBody.from_dict(data)

                return recover_type_0_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                recover_type_0_type_1 = RecoveryNewVmTargetBody.from_dict(data)

                return recover_type_0_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RecoveryDisksTargetBody | RecoveryNewVmTargetBody | Unset, data)

        recover = _parse_recover(d.pop("recover", UNSET))

        def _parse_rehearse(data: object) -> None | RecoveryDisksTargetBody | RecoveryNewVmTargetBody | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                rehearse_type_0_type_0 = RecoveryDisksTargetBody.from_dict(data)

                return rehearse_type_0_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                rehearse_type_0_type_1 = RecoveryNewVmTargetBody.from_dict(data)

                return rehearse_type_0_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RecoveryDisksTargetBody | RecoveryNewVmTargetBody | Unset, data)

        rehearse = _parse_rehearse(d.pop("rehearse", UNSET))

        recovery_targets_body = cls(
            recover=recover,
            rehearse=rehearse,
        )

        return recovery_targets_body
