from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.disks_target_body import DisksTargetBody
    from ..models.files_target_body import FilesTargetBody
    from ..models.new_vm_target_body import NewVmTargetBody
    from ..models.replace_disks_target_body import ReplaceDisksTargetBody
    from ..models.restore_create_labels import RestoreCreateLabels
    from ..models.restore_point_body import RestorePointBody


T = TypeVar("T", bound="RestoreCreate")


@_dataclass
class RestoreCreate:
    """The request for a restore.

    Attributes:
        recovery_point (RestorePointBody): Which point: exactly one of `id`, `latest`, `latest_before`; and the
            conditions that it must meet.
        reference (None | str | Unset): Your ticket; filter jobs by it.
        labels (RestoreCreateLabels | Unset): Your own labels, at most 20; filter jobs by one of them
            (`label=name=value`).
        protected_item_id (None | Unset | UUID): The protected item whose backup is restored. Give this or `vm_id`.
        vm_id (None | str | Unset): Instead of protected_item_id.
        target (DisksTargetBody | FilesTargetBody | NewVmTargetBody | None | ReplaceDisksTargetBody | Unset): Where to,
            by `mode`: `disks`, `new_vm`, `replace_disks` or `files`. Left out: `disks`.
    """

    recovery_point: RestorePointBody
    reference: None | str | Unset = UNSET
    labels: RestoreCreateLabels | Unset = UNSET
    protected_item_id: None | Unset | UUID = UNSET
    vm_id: None | str | Unset = UNSET
    target: DisksTargetBody | FilesTargetBody | NewVmTargetBody | None | ReplaceDisksTargetBody | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.disks_target_body import DisksTargetBody  # noqa: PLC0415
        from ..models.files_target_body import FilesTargetBody  # noqa: PLC0415
        from ..models.new_vm_target_body import NewVmTargetBody  # noqa: PLC0415
        from ..models.replace_disks_target_body import ReplaceDisksTargetBody  # noqa: PLC0415

        recovery_point = self.recovery_point.to_dict()

        reference: None | str | Unset
        if isinstance(self.reference, Unset):
            reference = UNSET
        else:
            reference = self.reference

        labels: dict[str, Any] | Unset = UNSET
        if not isinstance(self.labels, Unset):
            labels = self.labels.to_dict()

        protected_item_id: None | str | Unset
        if isinstance(self.protected_item_id, Unset):
            protected_item_id = UNSET
        elif isinstance(self.protected_item_id, UUID):
            protected_item_id = str(self.protected_item_id)
        else:
            protected_item_id = self.protected_item_id

        vm_id: None | str | Unset
        if isinstance(self.vm_id, Unset):
            vm_id = UNSET
        else:
            vm_id = self.vm_id

        target: dict[str, Any] | None | Unset
        if isinstance(self.target, Unset):
            target = UNSET
        elif isinstance(self.target, DisksTargetBody):
            target = self.target.to_dict()
        elif isinstance(self.target, NewVmTargetBody):
            target = self.target.to_dict()
        elif isinstance(self.target, ReplaceDisksTargetBody):
            target = self.target.to_dict()
        elif isinstance(self.target, FilesTargetBody):
            target = self.target.to_dict()
        else:
            target = self.target

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "recovery_point": recovery_point,
            }
        )
        if reference is not UNSET:
            field_dict["reference"] = reference
        if labels is not UNSET:
            field_dict["labels"] = labels
        if protected_item_id is not UNSET:
            field_dict["protected_item_id"] = protected_item_id
        if vm_id is not UNSET:
            field_dict["vm_id"] = vm_id
        if target is not UNSET:
            field_dict["target"] = target

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.disks_target_body import DisksTargetBody  # noqa: PLC0415
        from ..models.files_target_body import FilesTargetBody  # noqa: PLC0415
        from ..models.new_vm_target_body import NewVmTargetBody  # noqa: PLC0415
        from ..models.replace_disks_target_body import ReplaceDisksTargetBody  # noqa: PLC0415
        from ..models.restore_create_labels import RestoreCreateLabels  # noqa: PLC0415
        from ..models.restore_point_body import RestorePointBody  # noqa: PLC0415

        d = dict(src_dict)
        recovery_point = RestorePointBody.from_dict(d.pop("recovery_point"))

        def _parse_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reference = _parse_reference(d.pop("reference", UNSET))

        _labels = d.pop("labels", UNSET)
        labels: RestoreCreateLabels | Unset
        if isinstance(_labels, Unset):
            labels = UNSET
        else:
            labels = RestoreCreateLabels.from_dict(_labels)

        def _parse_protected_item_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                protected_item_id_type_0 = UUID(data)

                return protected_item_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        protected_item_id = _parse_protected_item_id(d.pop("protected_item_id", UNSET))

        def _parse_vm_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        vm_id = _parse_vm_id(d.pop("vm_id", UNSET))

        def _parse_target(
            data: object,
        ) -> DisksTargetBody | FilesTargetBody | NewVmTargetBody | None | ReplaceDisksTargetBody | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                target_type_0_type_0 = DisksTargetBody.from_dict(data)

                return target_type_0_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                target_type_0_type_1 = NewVmTargetBody.from_dict(data)

                return target_type_0_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                target_type_0_type_2 = ReplaceDisksTargetBody.from_dict(data)

                return target_type_0_type_2
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                target_type_0_type_3 = FilesTargetBody.from_dict(data)

                return target_type_0_type_3
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(
                DisksTargetBody | FilesTargetBody | NewVmTargetBody | None | ReplaceDisksTargetBody | Unset, data
            )

        target = _parse_target(d.pop("target", UNSET))

        restore_create = cls(
            recovery_point=recovery_point,
            reference=reference,
            labels=labels,
            protected_item_id=protected_item_id,
            vm_id=vm_id,
            target=target,
        )

        return restore_create
