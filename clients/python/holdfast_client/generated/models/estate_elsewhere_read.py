from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

T = TypeVar("T", bound="EstateElsewhereRead")


@_dataclass
class EstateElsewhereRead:
    """The vault that protects a VM and is not managed by this tenant, as Resource Graph shows it.

    Attributes:
        vault_id (None | str): An ARM id; null: the tenant has no grant for the vault.
        state (None | str): Azure's word for the state of its protection there.
    """

    vault_id: None | str
    state: None | str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        vault_id: None | str
        vault_id = self.vault_id

        state: None | str
        state = self.state

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "vault_id": vault_id,
                "state": state,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_vault_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        vault_id = _parse_vault_id(d.pop("vault_id"))

        def _parse_state(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        state = _parse_state(d.pop("state"))

        estate_elsewhere_read = cls(
            vault_id=vault_id,
            state=state,
        )

        estate_elsewhere_read.additional_properties = d
        return estate_elsewhere_read
