from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..models.restore_check_read_name import RestoreCheckReadName, check_restore_check_read_name
from ..models.restore_check_read_status import RestoreCheckReadStatus, check_restore_check_read_status
from ..types import UNSET, Unset

T = TypeVar("T", bound="RestoreCheckRead")


@_dataclass
class RestoreCheckRead:
    """One check before the restore.

    Attributes:
        name (RestoreCheckReadName): What is checked.
        status (RestoreCheckReadStatus): skipped: it could not be checked.
        reason (str): What was found, in words.
        code (None | str | Unset): Of a failed check: the problem code of POST /v1/restores.
        type_ (None | str | Unset): Holdfast's stable name of Azure's error, see GET /v1/errors; null: none.
        remedy (None | str | Unset): What to do about it; null: nothing needs to be done.
        pointer (None | str | Unset): JSON pointer to the field of the request that is at fault; null: none.
        azure_code (None | str | Unset): Azure's own error code; null: Azure sent none, or was not involved.
    """

    name: RestoreCheckReadName
    status: RestoreCheckReadStatus
    reason: str
    code: None | str | Unset = UNSET
    type_: None | str | Unset = UNSET
    remedy: None | str | Unset = UNSET
    pointer: None | str | Unset = UNSET
    azure_code: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name: str = self.name

        status: str = self.status

        reason = self.reason

        code: None | str | Unset
        if isinstance(self.code, Unset):
            code = UNSET
        else:
            code = self.code

        type_: None | str | Unset
        if isinstance(self.type_, Unset):
            type_ = UNSET
        else:
            type_ = self.type_

        remedy: None | str | Unset
        if isinstance(self.remedy, Unset):
            remedy = UNSET
        else:
            remedy = self.remedy

        pointer: None | str | Unset
        if isinstance(self.pointer, Unset):
            pointer = UNSET
        else:
            pointer = self.pointer

        azure_code: None | str | Unset
        if isinstance(self.azure_code, Unset):
            azure_code = UNSET
        else:
            azure_code = self.azure_code

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "status": status,
                "reason": reason,
            }
        )
        if code is not UNSET:
            field_dict["code"] = code
        if type_ is not UNSET:
            field_dict["type"] = type_
        if remedy is not UNSET:
            field_dict["remedy"] = remedy
        if pointer is not UNSET:
            field_dict["pointer"] = pointer
        if azure_code is not UNSET:
            field_dict["azure_code"] = azure_code

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = check_restore_check_read_name(d.pop("name"))

        status = check_restore_check_read_status(d.pop("status"))

        reason = d.pop("reason")

        def _parse_code(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        code = _parse_code(d.pop("code", UNSET))

        def _parse_type_(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        type_ = _parse_type_(d.pop("type", UNSET))

        def _parse_remedy(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        remedy = _parse_remedy(d.pop("remedy", UNSET))

        def _parse_pointer(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        pointer = _parse_pointer(d.pop("pointer", UNSET))

        def _parse_azure_code(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        azure_code = _parse_azure_code(d.pop("azure_code", UNSET))

        restore_check_read = cls(
            name=name,
            status=status,
            reason=reason,
            code=code,
            type_=type_,
            remedy=remedy,
            pointer=pointer,
            azure_code=azure_code,
        )

        restore_check_read.additional_properties = d
        return restore_check_read
