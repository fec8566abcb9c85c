from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.permission_check_read_operation import PermissionCheckReadOperation, check_permission_check_read_operation

if TYPE_CHECKING:
    from ..models.azure_role_read import AzureRoleRead
    from ..models.permission_scope_read import PermissionScopeRead


T = TypeVar("T", bound="PermissionCheckRead")


@_dataclass
class PermissionCheckRead:
    """Whether Holdfast's Azure identity has the rights that an operation needs.

    Attributes:
        operation (PermissionCheckReadOperation): The operation that was asked about.
        allowed (bool | None): null: nothing is known to be missing, but not every place could be checked.
        scopes (list[PermissionScopeRead]): The places it touches, one by one.
        role (AzureRoleRead): An Azure custom role: save it, and `az role definition create --role-definition
            @file.json`.
        as_of (datetime.datetime | None): When Azure was asked; null: not every place could be checked.
    """

    operation: PermissionCheckReadOperation
    allowed: bool | None
    scopes: list[PermissionScopeRead]
    role: AzureRoleRead
    as_of: datetime.datetime | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        operation: str = self.operation

        allowed: bool | None
        allowed = self.allowed

        scopes = []
        for scopes_item_data in self.scopes:
            scopes_item = scopes_item_data.to_dict()
            scopes.append(scopes_item)

        role = self.role.to_dict()

        as_of: None | str
        if isinstance(self.as_of, datetime.datetime):
            as_of = self.as_of.isoformat()
        else:
            as_of = self.as_of

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "operation": operation,
                "allowed": allowed,
                "scopes": scopes,
                "role": role,
                "as_of": as_of,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.azure_role_read import AzureRoleRead  # noqa: PLC0415
        from ..models.permission_scope_read import PermissionScopeRead  # noqa: PLC0415

        d = dict(src_dict)
        operation = check_permission_check_read_operation(d.pop("operation"))

        def _parse_allowed(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        allowed = _parse_allowed(d.pop("allowed"))

        scopes = []
        _scopes = d.pop("scopes")
        for scopes_item_data in _scopes:
            scopes_item = PermissionScopeRead.from_dict(scopes_item_data)

            scopes.append(scopes_item)

        role = AzureRoleRead.from_dict(d.pop("role"))

        def _parse_as_of(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                as_of_type_0 = datetime.datetime.fromisoformat(data)

                return as_of_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        as_of = _parse_as_of(d.pop("as_of"))

        permission_check_read = cls(
            operation=operation,
            allowed=allowed,
            scopes=scopes,
            role=role,
            as_of=as_of,
        )

        permission_check_read.additional_properties = d
        return permission_check_read
