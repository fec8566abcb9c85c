from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from ..models.tenant_grant_read import TenantGrantRead


T = TypeVar("T", bound="MyTenant")


@_dataclass
class MyTenant:
    """A tenant that you are a member of, and your rights in it.

    Attributes:
        id (str): Id of the tenant: send it as Holdfast-Tenant.
        name (str): Its name.
        roles (list[str]): Your roles there.
        permissions (list[str]): What your roles there allow, limited by the token's scopes.
        grants (list[TenantGrantRead]): Subscriptions and resource groups of Azure that the tenant may act in.
    """

    id: str
    name: str
    roles: list[str]
    permissions: list[str]
    grants: list[TenantGrantRead]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        roles = self.roles

        permissions = self.permissions

        grants = []
        for grants_item_data in self.grants:
            grants_item = grants_item_data.to_dict()
            grants.append(grants_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "roles": roles,
                "permissions": permissions,
                "grants": grants,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.tenant_grant_read import TenantGrantRead  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        roles = cast(list[str], d.pop("roles"))

        permissions = cast(list[str], d.pop("permissions"))

        grants = []
        _grants = d.pop("grants")
        for grants_item_data in _grants:
            grants_item = TenantGrantRead.from_dict(grants_item_data)

            grants.append(grants_item)

        my_tenant = cls(
            id=id,
            name=name,
            roles=roles,
            permissions=permissions,
            grants=grants,
        )

        my_tenant.additional_properties = d
        return my_tenant
