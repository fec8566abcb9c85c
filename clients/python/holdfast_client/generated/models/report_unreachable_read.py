from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, Literal, TypeVar, cast

T = TypeVar("T", bound="ReportUnreachableRead")


@_dataclass
class ReportUnreachableRead:
    """A vault whose jobs were not read for too long.

    Attributes:
        scope (str): The ARM id of the vault.
        code (Literal['vault_not_read']): `vault_not_read`.
        detail (str): Why, in words.
        name (str): Name of the vault.
        data_as_of (datetime.datetime | None): Every backup that began before is known (UTC); null: it was never read.
    """

    scope: str
    code: Literal["vault_not_read"]
    detail: str
    name: str
    data_as_of: datetime.datetime | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        scope = self.scope

        code = self.code

        detail = self.detail

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
                "scope": scope,
                "code": code,
                "detail": detail,
                "name": name,
                "data_as_of": data_as_of,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        scope = d.pop("scope")

        code = cast(Literal["vault_not_read"], d.pop("code"))
        if code != "vault_not_read":
            raise ValueError(f"code must match const 'vault_not_read', got '{code}'")

        detail = d.pop("detail")

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

        report_unreachable_read = cls(
            scope=scope,
            code=code,
            detail=detail,
            name=name,
            data_as_of=data_as_of,
        )

        report_unreachable_read.additional_properties = d
        return report_unreachable_read
