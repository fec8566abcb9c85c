from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

T = TypeVar("T", bound="AzureRoleRead")


@_dataclass
class AzureRoleRead:
    """An Azure custom role: save it, and `az role definition create --role-definition @file.json`.

    Attributes:
        name (str): Name of the role.
        is_custom (bool): Always true: it is not one of Azure's own roles.
        description (str): What it is for.
        actions (list[str]): Actions of the management plane that it allows.
        not_actions (list[str]): Exceptions from `Actions`: none.
        data_actions (list[str]): Actions on data that it allows.
        not_data_actions (list[str]): Exceptions from `DataActions`: none.
        assignable_scopes (list[str]): The tenant's grants; assign it lower if that is enough.
    """

    name: str
    is_custom: bool
    description: str
    actions: list[str]
    not_actions: list[str]
    data_actions: list[str]
    not_data_actions: list[str]
    assignable_scopes: list[str]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        is_custom = self.is_custom

        description = self.description

        actions = self.actions

        not_actions = self.not_actions

        data_actions = self.data_actions

        not_data_actions = self.not_data_actions

        assignable_scopes = self.assignable_scopes

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "Name": name,
                "IsCustom": is_custom,
                "Description": description,
                "Actions": actions,
                "NotActions": not_actions,
                "DataActions": data_actions,
                "NotDataActions": not_data_actions,
                "AssignableScopes": assignable_scopes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("Name")

        is_custom = d.pop("IsCustom")

        description = d.pop("Description")

        actions = cast(list[str], d.pop("Actions"))

        not_actions = cast(list[str], d.pop("NotActions"))

        data_actions = cast(list[str], d.pop("DataActions"))

        not_data_actions = cast(list[str], d.pop("NotDataActions"))

        assignable_scopes = cast(list[str], d.pop("AssignableScopes"))

        azure_role_read = cls(
            name=name,
            is_custom=is_custom,
            description=description,
            actions=actions,
            not_actions=not_actions,
            data_actions=data_actions,
            not_data_actions=not_data_actions,
            assignable_scopes=assignable_scopes,
        )

        azure_role_read.additional_properties = d
        return azure_role_read
