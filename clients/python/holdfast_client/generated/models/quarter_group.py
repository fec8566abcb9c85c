from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.quarter_rto_read import QuarterRtoRead


T = TypeVar("T", bound="QuarterGroup")


@_dataclass
class QuarterGroup:
    """The VMs of a resource group.

    Attributes:
        subscription_id (str): Id of the Azure subscription.
        resource_group (str): Name of the Azure resource group, in any letter case.
        items (int): VMs of the group.
        proven (int): Those of them that were proven.
        proven_percent (float | None | Unset): Share of proven VMs, in per cent; null: there is none to count.
        rto_seconds (None | QuarterRtoRead | Unset): Of the VMs that were proven in the quarter; null: none was.
    """

    subscription_id: str
    resource_group: str
    items: int
    proven: int
    proven_percent: float | None | Unset = UNSET
    rto_seconds: None | QuarterRtoRead | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.quarter_rto_read import QuarterRtoRead  # noqa: PLC0415

        subscription_id = self.subscription_id

        resource_group = self.resource_group

        items = self.items

        proven = self.proven

        proven_percent: float | None | Unset
        if isinstance(self.proven_percent, Unset):
            proven_percent = UNSET
        else:
            proven_percent = self.proven_percent

        rto_seconds: dict[str, Any] | None | Unset
        if isinstance(self.rto_seconds, Unset):
            rto_seconds = UNSET
        elif isinstance(self.rto_seconds, QuarterRtoRead):
            rto_seconds = self.rto_seconds.to_dict()
        else:
            rto_seconds = self.rto_seconds

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "subscription_id": subscription_id,
                "resource_group": resource_group,
                "items": items,
                "proven": proven,
            }
        )
        if proven_percent is not UNSET:
            field_dict["proven_percent"] = proven_percent
        if rto_seconds is not UNSET:
            field_dict["rto_seconds"] = rto_seconds

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quarter_rto_read import QuarterRtoRead  # noqa: PLC0415

        d = dict(src_dict)
        subscription_id = d.pop("subscription_id")

        resource_group = d.pop("resource_group")

        items = d.pop("items")

        proven = d.pop("proven")

        def _parse_proven_percent(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        proven_percent = _parse_proven_percent(d.pop("proven_percent", UNSET))

        def _parse_rto_seconds(data: object) -> None | QuarterRtoRead | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                rto_seconds_type_0 = QuarterRtoRead.from_dict(data)

                return rto_seconds_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | QuarterRtoRead | Unset, data)

        rto_seconds = _parse_rto_seconds(d.pop("rto_seconds", UNSET))

        quarter_group = cls(
            subscription_id=subscription_id,
            resource_group=resource_group,
            items=items,
            proven=proven,
            proven_percent=proven_percent,
            rto_seconds=rto_seconds,
        )

        quarter_group.additional_properties = d
        return quarter_group
