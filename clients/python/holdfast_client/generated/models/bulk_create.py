from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.bulk_create_action import BulkCreateAction, check_bulk_create_action
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.bulk_create_labels import BulkCreateLabels
    from ..models.bulk_with import BulkWith
    from ..models.selector_body import SelectorBody


T = TypeVar("T", bound="BulkCreate")


@_dataclass
class BulkCreate:
    """One action for up to 1,000 VMs or items. Name exactly one of `protected_item_ids`, `vm_ids` and `selector`.

    | action | `with` |
    | --- | --- |
    | protect | policy_id; vault_id, disks where wanted. Targets: vm_ids or selector |
    | change_policy | policy_id, or disks |
    | pause, suspend | nothing |
    | resume | policy_id |
    | backup | retain_until where wanted |

        Attributes:
            action (BulkCreateAction): What is done to each target.
            reference (None | str | Unset): Your ticket; filter jobs by it.
            labels (BulkCreateLabels | Unset): Your own labels, at most 20; filter jobs by one of them (`label=name=value`).
            protected_item_ids (list[UUID] | None | Unset): Ids of protected items, at most 1,000.
            vm_ids (list[str] | None | Unset): ARM ids, in any letter case.
            selector (None | SelectorBody | Unset): Resolved once, when the request is accepted. Of `protect` it selects VMs
                that no vault here protects, as the estate was last read; of the other actions protected items.
            with_ (BulkWith | Unset): The body of the single request, as the action needs it.
            max_in_flight (int | Unset): Jobs of it that have not ended, at most. Default: 20.
            confirm (None | str | Unset): `confirm` of a dry run: 409 if the request means other targets by now.
    """

    action: BulkCreateAction
    reference: None | str | Unset = UNSET
    labels: BulkCreateLabels | Unset = UNSET
    protected_item_ids: list[UUID] | None | Unset = UNSET
    vm_ids: list[str] | None | Unset = UNSET
    selector: None | SelectorBody | Unset = UNSET
    with_: BulkWith | Unset = UNSET
    max_in_flight: int | Unset = 20
    confirm: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.selector_body import SelectorBody  # noqa: PLC0415

        action: str = self.action

        reference: None | str | Unset
        if isinstance(self.reference, Unset):
            reference = UNSET
        else:
            reference = self.reference

        labels: dict[str, Any] | Unset = UNSET
        if not isinstance(self.labels, Unset):
            labels = self.labels.to_dict()

        protected_item_ids: list[str] | None | Unset
        if isinstance(self.protected_item_ids, Unset):
            protected_item_ids = UNSET
        elif isinstance(self.protected_item_ids, list):
            protected_item_ids = []
            for protected_item_ids_type_0_item_data in self.protected_item_ids:
                protected_item_ids_type_0_item = str(protected_item_ids_type_0_item_data)
                protected_item_ids.append(protected_item_ids_type_0_item)

        else:
            protected_item_ids = self.protected_item_ids

        vm_ids: list[str] | None | Unset
        if isinstance(self.vm_ids, Unset):
            vm_ids = UNSET
        elif isinstance(self.vm_ids, list):
            vm_ids = self.vm_ids

        else:
            vm_ids = self.vm_ids

        selector: dict[str, Any] | None | Unset
        if isinstance(self.selector, Unset):
            selector = UNSET
        elif isinstance(self.selector, SelectorBody):
            selector = self.selector.to_dict()
        else:
            selector = self.selector

        with_: dict[str, Any] | Unset = UNSET
        if not isinstance(self.with_, Unset):
            with_ = self.with_.to_dict()

        max_in_flight = self.max_in_flight

        confirm: None | str | Unset
        if isinstance(self.confirm, Unset):
            confirm = UNSET
        else:
            confirm = self.confirm

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "action": action,
            }
        )
        if reference is not UNSET:
            field_dict["reference"] = reference
        if labels is not UNSET:
            field_dict["labels"] = labels
        if protected_item_ids is not UNSET:
            field_dict["protected_item_ids"] = protected_item_ids
        if vm_ids is not UNSET:
            field_dict["vm_ids"] = vm_ids
        if selector is not UNSET:
            field_dict["selector"] = selector
        if with_ is not UNSET:
            field_dict["with"] = with_
        if max_in_flight is not UNSET:
            field_dict["max_in_flight"] = max_in_flight
        if confirm is not UNSET:
            field_dict["confirm"] = confirm

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.bulk_create_labels import BulkCreateLabels  # noqa: PLC0415
        from ..models.bulk_with import BulkWith  # noqa: PLC0415
        from ..models.selector_body import SelectorBody  # noqa: PLC0415

        d = dict(src_dict)
        action = check_bulk_create_action(d.pop("action"))

        def _parse_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reference = _parse_reference(d.pop("reference", UNSET))

        _labels = d.pop("labels", UNSET)
        labels: BulkCreateLabels | Unset
        if isinstance(_labels, Unset):
            labels = UNSET
        else:
            labels = BulkCreateLabels.from_dict(_labels)

        def _parse_protected_item_ids(data: object) -> list[UUID] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                protected_item_ids_type_0 = []
                _protected_item_ids_type_0 = data
                for protected_item_ids_type_0_item_data in _protected_item_ids_type_0:
                    protected_item_ids_type_0_item = UUID(protected_item_ids_type_0_item_data)

                    protected_item_ids_type_0.append(protected_item_ids_type_0_item)

                return protected_item_ids_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[UUID] | None | Unset, data)

        protected_item_ids = _parse_protected_item_ids(d.pop("protected_item_ids", UNSET))

        def _parse_vm_ids(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                vm_ids_type_0 = cast(list[str], data)

                return vm_ids_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        vm_ids = _parse_vm_ids(d.pop("vm_ids", UNSET))

        def _parse_selector(data: object) -> None | SelectorBody | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                selector_type_0 = SelectorBody.from_dict(data)

                return selector_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SelectorBody | Unset, data)

        selector = _parse_selector(d.pop("selector", UNSET))

        _with_ = d.pop("with", UNSET)
        with_: BulkWith | Unset
        if isinstance(_with_, Unset):
            with_ = UNSET
        else:
            with_ = BulkWith.from_dict(_with_)

        max_in_flight = d.pop("max_in_flight", UNSET)

        def _parse_confirm(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        confirm = _parse_confirm(d.pop("confirm", UNSET))

        bulk_create = cls(
            action=action,
            reference=reference,
            labels=labels,
            protected_item_ids=protected_item_ids,
            vm_ids=vm_ids,
            selector=selector,
            with_=with_,
            max_in_flight=max_in_flight,
            confirm=confirm,
        )

        return bulk_create
