from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

T = TypeVar("T", bound="JobWarningRead")


@_dataclass
class JobWarningRead:
    """One message of Azure about the end of a job, however it ended.

    Attributes:
        code (str): Our stable code, see GET /v1/errors/{code}; `unknown`: not in the catalogue.
        title (str): What it is, in a few words.
        detail (str): Azure's own words.
        remedy (str): What to do about it.
        azure_code (None | str): Null if Azure sent a message without a code.
    """

    code: str
    title: str
    detail: str
    remedy: str
    azure_code: None | str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        title = self.title

        detail = self.detail

        remedy = self.remedy

        azure_code: None | str
        azure_code = self.azure_code

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "code": code,
                "title": title,
                "detail": detail,
                "remedy": remedy,
                "azure_code": azure_code,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        title = d.pop("title")

        detail = d.pop("detail")

        remedy = d.pop("remedy")

        def _parse_azure_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        azure_code = _parse_azure_code(d.pop("azure_code"))

        job_warning_read = cls(
            code=code,
            title=title,
            detail=detail,
            remedy=remedy,
            azure_code=azure_code,
        )

        job_warning_read.additional_properties = d
        return job_warning_read
