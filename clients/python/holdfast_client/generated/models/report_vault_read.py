from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast
from uuid import UUID

T = TypeVar("T", bound="ReportVaultRead")


@_dataclass
class ReportVaultRead:
    """A vault, and how far its jobs are known.

    Attributes:
        vault_id (UUID): Id of the vault: /v1/vaults/{id}.
        name (str): Name of the vault.
        data_as_of (datetime.datetime | None): Every backup that began before is known; null: never read.
    """

    vault_id: UUID
    name: str
    data_as_of: datetime.datetime | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        vault_id = str(self.vault_id)

        name = self.name

        data_as_of: None | str
        if isinstance(self.data_as_of, datetime.datetime):
            data_as_of = self.data_as_of.isoformat()
        else:
            data_as_of = self.data_as_of

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "vault_id": vault_id,
                "name": name,
                "data_as_of": data_as_of,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        vault_id = UUID(d.pop("vault_id"))

        name = d.pop("name")

        def _parse_data_as_of(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                data_as_of_type_0 = datetime.datetime.fromisoformat(data)

                return data_as_of_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        data_as_of = _parse_data_as_of(d.pop("data_as_of"))

        report_vault_read = cls(
            vault_id=vault_id,
            name=name,
            data_as_of=data_as_of,
        )

        report_vault_read.additional_properties = d
        return report_vault_read
