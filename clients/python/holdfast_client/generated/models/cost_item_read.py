from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.cost_item_read_notes_item import CostItemReadNotesItem, check_cost_item_read_notes_item

if TYPE_CHECKING:
    from ..models.cost_line_read import CostLineRead
    from ..models.money_range import MoneyRange
    from ..models.vm_read import VmRead


T = TypeVar("T", bound="CostItemRead")


@_dataclass
class CostItemRead:
    """What one VM costs a month. `monthly` is the sum of the lines that are known; null: none is.

    Attributes:
        vm (VmRead): A virtual machine.
        protected_item_id (None | UUID): Null: it is not protected here.
        lines (list[CostLineRead]): The charges, one by one.
        monthly (MoneyRange | None): Sum of the lines that are known; null: none is.
        notes (list[CostItemReadNotesItem]): `size_unknown`: give assumptions.used_bytes. `policy_unknown`: it has no
            policy, or one whose settings Holdfast does not support. `still_growing`: its policy keeps points for longer
            than after_days.
    """

    vm: VmRead
    protected_item_id: None | UUID
    lines: list[CostLineRead]
    monthly: MoneyRange | None
    notes: list[CostItemReadNotesItem]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.money_range import MoneyRange  # noqa: PLC0415

        vm = self.vm.to_dict()

        protected_item_id: None | str
        if isinstance(self.protected_item_id, UUID):
            protected_item_id = str(self.protected_item_id)
        else:
            protected_item_id = self.protected_item_id

        lines = []
        for lines_item_data in self.lines:
            lines_item = lines_item_data.to_dict()
            lines.append(lines_item)

        monthly: dict[str, Any] | None
        if isinstance(self.monthly, MoneyRange):
            monthly = self.monthly.to_dict()
        else:
            monthly = self.monthly

        notes = []
        for notes_item_data in self.notes:
            notes_item: str = notes_item_data
            notes.append(notes_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "vm": vm,
                "protected_item_id": protected_item_id,
                "lines": lines,
                "monthly": monthly,
                "notes": notes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cost_line_read import CostLineRead  # noqa: PLC0415
        from ..models.money_range import MoneyRange  # noqa: PLC0415
        from ..models.vm_read import VmRead  # noqa: PLC0415

        d = dict(src_dict)
        vm = VmRead.from_dict(d.pop("vm"))

        def _parse_protected_item_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                protected_item_id_type_0 = UUID(data)

                return protected_item_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        protected_item_id = _parse_protected_item_id(d.pop("protected_item_id"))

        lines = []
        _lines = d.pop("lines")
        for lines_item_data in _lines:
            lines_item = CostLineRead.from_dict(lines_item_data)

            lines.append(lines_item)

        def _parse_monthly(data: object) -> MoneyRange | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                monthly_type_0 = MoneyRange.from_dict(data)

                return monthly_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MoneyRange | None, data)

        monthly = _parse_monthly(d.pop("monthly"))

        notes = []
        _notes = d.pop("notes")
        for notes_item_data in _notes:
            notes_item = check_cost_item_read_notes_item(notes_item_data)

            notes.append(notes_item)

        cost_item_read = cls(
            vm=vm,
            protected_item_id=protected_item_id,
            lines=lines,
            monthly=monthly,
            notes=notes,
        )

        cost_item_read.additional_properties = d
        return cost_item_read
