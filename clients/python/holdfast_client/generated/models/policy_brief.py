from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from ..models.policy_brief_retention_type_0 import PolicyBriefRetentionType0


T = TypeVar("T", bound="PolicyBrief")


@_dataclass
class PolicyBrief:
    """A policy in short. `enhanced`, `retention` null: Holdfast does not support its settings.

    Attributes:
        name (str): Its name.
        enhanced (bool | None): Whether it is Azure's enhanced policy; null: not known.
        retention (None | PolicyBriefRetentionType0): How long it keeps points; null: not known.
    """

    name: str
    enhanced: bool | None
    retention: None | PolicyBriefRetentionType0
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.policy_brief_retention_type_0 import PolicyBriefRetentionType0  # noqa: PLC0415

        name = self.name

        enhanced: bool | None
        enhanced = self.enhanced

        retention: dict[str, Any] | None
        if isinstance(self.retention, PolicyBriefRetentionType0):
            retention = self.retention.to_dict()
        else:
            retention = self.retention

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "enhanced": enhanced,
                "retention": retention,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.policy_brief_retention_type_0 import PolicyBriefRetentionType0  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        def _parse_enhanced(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        enhanced = _parse_enhanced(d.pop("enhanced"))

        def _parse_retention(data: object) -> None | PolicyBriefRetentionType0:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                retention_type_0 = PolicyBriefRetentionType0.from_dict(data)

                return retention_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PolicyBriefRetentionType0, data)

        retention = _parse_retention(d.pop("retention"))

        policy_brief = cls(
            name=name,
            enhanced=enhanced,
            retention=retention,
        )

        policy_brief.additional_properties = d
        return policy_brief
