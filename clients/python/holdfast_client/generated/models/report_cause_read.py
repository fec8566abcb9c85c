from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

T = TypeVar("T", bound="ReportCauseRead")


@_dataclass
class ReportCauseRead:
    """Runs that ended in the same way.

    Attributes:
        azure_code (None | str): Azure's own error code; null: Azure sent none, or was not involved.
        code (str): A stable code for programs.
        title (str): What it is, in a few words.
        remedy (str): What to do about it.
        count (int): Number of runs.
        vms (list[str]): The names of the first five.
    """

    azure_code: None | str
    code: str
    title: str
    remedy: str
    count: int
    vms: list[str]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        azure_code: None | str
        azure_code = self.azure_code

        code = self.code

        title = self.title

        remedy = self.remedy

        count = self.count

        vms = self.vms

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "azure_code": azure_code,
                "code": code,
                "title": title,
                "remedy": remedy,
                "count": count,
                "vms": vms,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_azure_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        azure_code = _parse_azure_code(d.pop("azure_code"))

        code = d.pop("code")

        title = d.pop("title")

        remedy = d.pop("remedy")

        count = d.pop("count")

        vms = cast(list[str], d.pop("vms"))

        report_cause_read = cls(
            azure_code=azure_code,
            code=code,
            title=title,
            remedy=remedy,
            count=count,
            vms=vms,
        )

        report_cause_read.additional_properties = d
        return report_cause_read
