from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar, cast

from ..models.tenant_member_create_kind import TenantMemberCreateKind, check_tenant_member_create_kind
from ..models.tenant_member_create_roles_item import TenantMemberCreateRolesItem, check_tenant_member_create_roles_item
from ..types import UNSET, Unset

T = TypeVar("T", bound="TenantMemberCreate")


@_dataclass
class TenantMemberCreate:
    """A member and its roles. `directory` members are all callers whose token has an app role listed in `roles`.

    Attributes:
        kind (TenantMemberCreateKind): principal: a person or an application; group: a group of the directory;
            directory: all callers whose token has one of the roles.
        roles (list[TenantMemberCreateRolesItem]): The roles in the tenant.
        id (None | str | Unset): Object id of the principal, or the group's; not for a directory.
        issuer (None | str | Unset): Default: the first of the deployment's issuers.
        directory (None | str | Unset): The `tid` of the member's tokens. Default: your own.
        display_name (None | str | Unset): A name for people; it grants nothing.
    """

    kind: TenantMemberCreateKind
    roles: list[TenantMemberCreateRolesItem]
    id: None | str | Unset = UNSET
    issuer: None | str | Unset = UNSET
    directory: None | str | Unset = UNSET
    display_name: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        kind: str = self.kind

        roles = []
        for roles_item_data in self.roles:
            roles_item: str = roles_item_data
            roles.append(roles_item)

        id: None | str | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        else:
            id = self.id

        issuer: None | str | Unset
        if isinstance(self.issuer, Unset):
            issuer = UNSET
        else:
            issuer = self.issuer

        directory: None | str | Unset
        if isinstance(self.directory, Unset):
            directory = UNSET
        else:
            directory = self.directory

        display_name: None | str | Unset
        if isinstance(self.display_name, Unset):
            display_name = UNSET
        else:
            display_name = self.display_name

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kind": kind,
                "roles": roles,
            }
        )
        if id is not UNSET:
            field_dict["id"] = id
        if issuer is not UNSET:
            field_dict["issuer"] = issuer
        if directory is not UNSET:
            field_dict["directory"] = directory
        if display_name is not UNSET:
            field_dict["display_name"] = display_name

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = check_tenant_member_create_kind(d.pop("kind"))

        roles = []
        _roles = d.pop("roles")
        for roles_item_data in _roles:
            roles_item = check_tenant_member_create_roles_item(roles_item_data)

            roles.append(roles_item)

        def _parse_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        id = _parse_id(d.pop("id", UNSET))

        def _parse_issuer(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        issuer = _parse_issuer(d.pop("issuer", UNSET))

        def _parse_directory(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        directory = _parse_directory(d.pop("directory", UNSET))

        def _parse_display_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        display_name = _parse_display_name(d.pop("display_name", UNSET))

        tenant_member_create = cls(
            kind=kind,
            roles=roles,
            id=id,
            issuer=issuer,
            directory=directory,
            display_name=display_name,
        )

        return tenant_member_create
