from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..types import UNSET, Unset

T = TypeVar("T", bound="Problem")


@_dataclass
class Problem:
    """What went wrong, and what to do (RFC 9457).

    Attributes:
        type_ (str): `urn:holdfast:problem:` and the code; docs/problems.md explains each.
        title (str): What went wrong, the same for every problem of this code.
        status (int): The HTTP status of the answer.
        detail (str): What went wrong in this case.
        code (str): A stable code for programs; docs/problems.md explains each.
        pointer (None | str | Unset): JSON pointer to the field at fault, or `query:name`, `header:name`; null: none.
        remedy (None | str | Unset): What the caller can do.
        retryable (bool | Unset): Whether the same request may succeed later without a change. Default: False.
        azure_code (None | str | Unset): Azure's own error code; null: Azure sent none, or was not involved.
    """

    type_: str
    title: str
    status: int
    detail: str
    code: str
    pointer: None | str | Unset = UNSET
    remedy: None | str | Unset = UNSET
    retryable: bool | Unset = False
    azure_code: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        title = self.title

        status = self.status

        detail = self.detail

        code = self.code

        pointer: None | str | Unset
        if isinstance(self.pointer, Unset):
            pointer = UNSET
        else:
            pointer = self.pointer

        remedy: None | str | Unset
        if isinstance(self.remedy, Unset):
            remedy = UNSET
        else:
            remedy = self.remedy

        retryable = self.retryable

        azure_code: None | str | Unset
        if isinstance(self.azure_code, Unset):
            azure_code = UNSET
        else:
            azure_code = self.azure_code

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "title": title,
                "status": status,
                "detail": detail,
                "code": code,
            }
        )
        if pointer is not UNSET:
            field_dict["pointer"] = pointer
        if remedy is not UNSET:
            field_dict["remedy"] = remedy
        if retryable is not UNSET:
            field_dict["retryable"] = retryable
        if azure_code is not UNSET:
            field_dict["azure_code"] = azure_code

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = d.pop("type")

        title = d.pop("title")

        status = d.pop("status")

        detail = d.pop("detail")

        code = d.pop("code")

        def _parse_pointer(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        pointer = _parse_pointer(d.pop("pointer", UNSET))

        def _parse_remedy(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        remedy = _parse_remedy(d.pop("remedy", UNSET))

        retryable = d.pop("retryable", UNSET)

        def _parse_azure_code(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        azure_code = _parse_azure_code(d.pop("azure_code", UNSET))

        problem = cls(
            type_=type_,
            title=title,
            status=status,
            detail=detail,
            code=code,
            pointer=pointer,
            remedy=remedy,
            retryable=retryable,
            azure_code=azure_code,
        )

        problem.additional_properties = d
        return problem
