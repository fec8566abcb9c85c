from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

from ..models.permission_action_read_source import PermissionActionReadSource, check_permission_action_read_source

T = TypeVar("T", bound="PermissionActionRead")


@_dataclass
class PermissionActionRead:
    """One action of Azure's that the operation needs.

    Attributes:
        action (str): The action, such as Microsoft.RecoveryServices/vaults/read.
        source (PermissionActionReadSource): documented: Microsoft names it for this task; assumed: derived from the URL
            called.
    """

    action: str
    source: PermissionActionReadSource
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        action = self.action

        source: str = self.source

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "action": action,
                "source": source,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        action = d.pop("action")

        source = check_permission_action_read_source(d.pop("source"))

        permission_action_read = cls(
            action=action,
            source=source,
        )

        permission_action_read.additional_properties = d
        return permission_action_read
