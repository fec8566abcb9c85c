from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..models.cost_storage_read_basis import CostStorageReadBasis, check_cost_storage_read_basis
from ..models.cost_storage_read_not_measured_item import (
    CostStorageReadNotMeasuredItem,
    check_cost_storage_read_not_measured_item,
)

T = TypeVar("T", bound="CostStorageRead")


@_dataclass
class CostStorageRead:
    """What the items store in the vault tier now.

    Attributes:
        gb (None | str): GB of 2^30 bytes. Sum of what is known; null: nothing is.
        basis (CostStorageReadBasis): The weakest of its items'. `measured`: Azure said what their whole vaults store.
        as_of (datetime.datetime | None): When Azure said so, the oldest; null: nothing of it is measured.
        not_measured (list[CostStorageReadNotMeasuredItem]): Why not, of any of its vaults: docs/cost.md.
    """

    gb: None | str
    basis: CostStorageReadBasis
    as_of: datetime.datetime | None
    not_measured: list[CostStorageReadNotMeasuredItem]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        gb: None | str
        gb = self.gb

        basis: str = self.basis

        as_of: None | str
        if isinstance(self.as_of, datetime.datetime):
            as_of = self.as_of.isoformat()
        else:
            as_of = self.as_of

        not_measured = []
        for not_measured_item_data in self.not_measured:
            not_measured_item: str = not_measured_item_data
            not_measured.append(not_measured_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "gb": gb,
                "basis": basis,
                "as_of": as_of,
                "not_measured": not_measured,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_gb(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        gb = _parse_gb(d.pop("gb"))

        basis = check_cost_storage_read_basis(d.pop("basis"))

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

        not_measured = []
        _not_measured = d.pop("not_measured")
        for not_measured_item_data in _not_measured:
            not_measured_item = check_cost_storage_read_not_measured_item(not_measured_item_data)

            not_measured.append(not_measured_item)

        cost_storage_read = cls(
            gb=gb,
            basis=basis,
            as_of=as_of,
            not_measured=not_measured,
        )

        cost_storage_read.additional_properties = d
        return cost_storage_read
