from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar

from ..types import UNSET, Unset

T = TypeVar("T", bound="WebhookRotate")


@_dataclass
class WebhookRotate:
    """How long the present secret goes on to sign beside the new one.

    Attributes:
        previous_valid_seconds (int | Unset): 0: it was leaked; all older secrets end now. Default: 86400.
    """

    previous_valid_seconds: int | Unset = 86400

    def to_dict(self) -> dict[str, Any]:
        previous_valid_seconds = self.previous_valid_seconds

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if previous_valid_seconds is not UNSET:
            field_dict["previous_valid_seconds"] = previous_valid_seconds

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        previous_valid_seconds = d.pop("previous_valid_seconds", UNSET)

        webhook_rotate = cls(
            previous_valid_seconds=previous_valid_seconds,
        )

        return webhook_rotate
