from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from ..models.my_tenant import MyTenant


T = TypeVar("T", bound="MeRead")


@_dataclass
class MeRead:
    """Who you are, and what you may do.

    Attributes:
        issuer (str): The issuer of the tokens, as in their claim `iss`; empty: Holdfast itself.
        directory (str): The directory of the issuer, as in the claim `tid`.
        object_id (str): The object id of the principal in its directory.
        name (str): Your display name; it may change.
        kind (str): application: acts for itself; delegated: acts on behalf of a person.
        scopes (list[str] | None): null: an application's own token.
        platform_admin (bool): Whether you may manage the tenants of this installation.
        platform_permissions (list[str]): What you may do outside any tenant, limited by the scopes of your token.
        acting_in (None | str): The tenant of this request; null: none, or not named among several.
        tenants (list[MyTenant]): The tenants you are a member of.
        server_version (str): The version of Holdfast, for clients that must agree with it.
    """

    issuer: str
    directory: str
    object_id: str
    name: str
    kind: str
    scopes: list[str] | None
    platform_admin: bool
    platform_permissions: list[str]
    acting_in: None | str
    tenants: list[MyTenant]
    server_version: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        issuer = self.issuer

        directory = self.directory

        object_id = self.object_id

        name = self.name

        kind = self.kind

        scopes: list[str] | None
        if isinstance(self.scopes, list):
            scopes = self.scopes

        else:
            scopes = self.scopes

        platform_admin = self.platform_admin

        platform_permissions = self.platform_permissions

        acting_in: None | str
        acting_in = self.acting_in

        tenants = []
        for tenants_item_data in self.tenants:
            tenants_item = tenants_item_data.to_dict()
            tenants.append(tenants_item)

        server_version = self.server_version

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "issuer": issuer,
                "directory": directory,
                "object_id": object_id,
                "name": name,
                "kind": kind,
                "scopes": scopes,
                "platform_admin": platform_admin,
                "platform_permissions": platform_permissions,
                "acting_in": acting_in,
                "tenants": tenants,
                "server_version": server_version,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.my_tenant import MyTenant  # noqa: PLC0415

        d = dict(src_dict)
        issuer = d.pop("issuer")

        directory = d.pop("directory")

        object_id = d.pop("object_id")

        name = d.pop("name")

        kind = d.pop("kind")

        def _parse_scopes(data: object) -> list[str] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                scopes_type_0 = cast(list[str], data)

                return scopes_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None, data)

        scopes = _parse_scopes(d.pop("scopes"))

        platform_admin = d.pop("platform_admin")

        platform_permissions = cast(list[str], d.pop("platform_permissions"))

        def _parse_acting_in(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        acting_in = _parse_acting_in(d.pop("acting_in"))

        tenants = []
        _tenants = d.pop("tenants")
        for tenants_item_data in _tenants:
            tenants_item = MyTenant.from_dict(tenants_item_data)

            tenants.append(tenants_item)

        server_version = d.pop("server_version")

        me_read = cls(
            issuer=issuer,
            directory=directory,
            object_id=object_id,
            name=name,
            kind=kind,
            scopes=scopes,
            platform_admin=platform_admin,
            platform_permissions=platform_permissions,
            acting_in=acting_in,
            tenants=tenants,
            server_version=server_version,
        )

        me_read.additional_properties = d
        return me_read
