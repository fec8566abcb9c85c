from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

if TYPE_CHECKING:
    from ..models.cost_change import CostChange
    from ..models.vault_setting_change import VaultSettingChange


T = TypeVar("T", bound="VaultDiff")


@_dataclass
class VaultDiff:
    """What a PATCH of this body would do. Nothing has been changed.

    Attributes:
        vault_id (UUID): Id of the vault: /v1/vaults/{id}.
        name (str): Name of the vault.
        changes (list[VaultSettingChange]): What would change, setting by setting; empty: nothing.
        cost (CostChange | None): What it costs a month, when redundancy or cross-region restore is named; null: not
            known.
    """

    vault_id: UUID
    name: str
    changes: list[VaultSettingChange]
    cost: CostChange | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.cost_change import CostChange  # noqa: PLC0415

        vault_id = str(self.vault_id)

        name = self.name

        changes = []
        for changes_item_data in self.changes:
            changes_item = changes_item_data.to_dict()
            changes.append(changes_item)

        cost: dict[str, Any] | None
        if isinstance(self.cost, CostChange):
            cost = self.cost.to_dict()
        else:
            cost = self.cost

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "vault_id": vault_id,
                "name": name,
                "changes": changes,
                "cost": cost,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cost_change import CostChange  # noqa: PLC0415
        from ..models.vault_setting_change import VaultSettingChange  # noqa: PLC0415

        d = dict(src_dict)
        vault_id = UUID(d.pop("vault_id"))

        name = d.pop("name")

        changes = []
        _changes = d.pop("changes")
        for changes_item_data in _changes:
            changes_item = VaultSettingChange.from_dict(changes_item_data)

            changes.append(changes_item)

        def _parse_cost(data: object) -> CostChange | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                cost_type_0 = CostChange.from_dict(data)

                return cost_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CostChange | None, data)

        cost = _parse_cost(d.pop("cost"))

        vault_diff = cls(
            vault_id=vault_id,
            name=name,
            changes=changes,
            cost=cost,
        )

        vault_diff.additional_properties = d
        return vault_diff
