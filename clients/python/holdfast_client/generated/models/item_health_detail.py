from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

T = TypeVar("T", bound="ItemHealthDetail")


@_dataclass
class ItemHealthDetail:
    """Azure's own words.

    Attributes:
        code (str): Azure's code.
        title (str): Azure's title.
        message (str): Azure's message.
        recommendations (list[str]): What Azure recommends.
    """

    code: str
    title: str
    message: str
    recommendations: list[str]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        title = self.title

        message = self.message

        recommendations = self.recommendations

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "code": code,
                "title": title,
                "message": message,
                "recommendations": recommendations,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        title = d.pop("title")

        message = d.pop("message")

        recommendations = cast(list[str], d.pop("recommendations"))

        item_health_detail = cls(
            code=code,
            title=title,
            message=message,
            recommendations=recommendations,
        )

        item_health_detail.additional_properties = d
        return item_health_detail
