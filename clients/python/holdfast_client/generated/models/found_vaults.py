from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.found_vault import FoundVault
    from ..models.unreadable_azure_entry import UnreadableAzureEntry


T = TypeVar("T", bound="FoundVaults")


@_dataclass
class FoundVaults:
    """The vaults that can be adopted.

    Attributes:
        items (list[FoundVault]): The vaults of the subscription.
        as_of (datetime.datetime): When Azure said so (UTC).
        unreadable (list[UnreadableAzureEntry] | Unset): Vaults that exist but cannot be read; they are not in `items`.
    """

    items: list[FoundVault]
    as_of: datetime.datetime
    unreadable: list[UnreadableAzureEntry] | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        as_of = self.as_of.isoformat()

        unreadable: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.unreadable, Unset):
            unreadable = []
            for unreadable_item_data in self.unreadable:
                unreadable_item = unreadable_item_data.to_dict()
                unreadable.append(unreadable_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "items": items,
                "as_of": as_of,
            }
        )
        if unreadable is not UNSET:
            field_dict["unreadable"] = unreadable

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.found_vault import FoundVault  # noqa: PLC0415
        from ..models.unreadable_azure_entry import UnreadableAzureEntry  # noqa: PLC0415

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = FoundVault.from_dict(items_item_data)

            items.append(items_item)

        as_of = datetime.datetime.fromisoformat(d.pop("as_of"))

        _unreadable = d.pop("unreadable", UNSET)
        unreadable: list[UnreadableAzureEntry] | Unset = UNSET
        if _unreadable is not UNSET:
            unreadable = []
            for unreadable_item_data in _unreadable:
                unreadable_item = UnreadableAzureEntry.from_dict(unreadable_item_data)

                unreadable.append(unreadable_item)

        found_vaults = cls(
            items=items,
            as_of=as_of,
            unreadable=unreadable,
        )

        found_vaults.additional_properties = d
        return found_vaults
