from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.restored_resource import RestoredResource


T = TypeVar("T", bound="RestoredResources")


@_dataclass
class RestoredResources:
    """What a restore made in Azure, as it is now, in the order in which a tear-down deletes it.

    Attributes:
        restore_id (UUID): Id of the restore: /v1/restores/{id}.
        items (list[RestoredResource]): The resources, in the order in which a tear-down deletes them.
        before_known (bool): Whether Holdfast could list the group before it sent the restore.
        as_of (datetime.datetime): When Azure said so (UTC).
        next_ (None | Unset): All of it is on one page.
    """

    restore_id: UUID
    items: list[RestoredResource]
    before_known: bool
    as_of: datetime.datetime
    next_: None | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        restore_id = str(self.restore_id)

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        before_known = self.before_known

        as_of = self.as_of.isoformat()

        next_ = self.next_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "restore_id": restore_id,
                "items": items,
                "before_known": before_known,
                "as_of": as_of,
            }
        )
        if next_ is not UNSET:
            field_dict["next"] = next_

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.restored_resource import RestoredResource  # noqa: PLC0415

        d = dict(src_dict)
        restore_id = UUID(d.pop("restore_id"))

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = RestoredResource.from_dict(items_item_data)

            items.append(items_item)

        before_known = d.pop("before_known")

        as_of = datetime.datetime.fromisoformat(d.pop("as_of"))

        next_ = d.pop("next", UNSET)

        restored_resources = cls(
            restore_id=restore_id,
            items=items,
            before_known=before_known,
            as_of=as_of,
            next_=next_,
        )

        restored_resources.additional_properties = d
        return restored_resources
