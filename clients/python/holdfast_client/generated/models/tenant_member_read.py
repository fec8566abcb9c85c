from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast
from uuid import UUID

from ..models.tenant_member_read_kind import TenantMemberReadKind, check_tenant_member_read_kind

T = TypeVar("T", bound="TenantMemberRead")


@_dataclass
class TenantMemberRead:
    """Who may act in the tenant, and with which roles.

    Attributes:
        id (UUID): Its id: a UUID. Ids of one kind sort in the order of creation.
        kind (TenantMemberReadKind): principal: a person or an application; group; directory.
        issuer (str): The issuer of the tokens, as in their claim `iss`; empty: Holdfast itself.
        directory (str): The directory of the issuer, as in the claim `tid`.
        object_id (None | str): The object id of the principal or group; null: a directory.
        roles (list[str]): The roles in the tenant.
        display_name (None | str): A name for people; it grants nothing.
        created_at (datetime.datetime): When it was created (UTC).
    """

    id: UUID
    kind: TenantMemberReadKind
    issuer: str
    directory: str
    object_id: None | str
    roles: list[str]
    display_name: None | str
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        kind: str = self.kind

        issuer = self.issuer

        directory = self.directory

        object_id: None | str
        object_id = self.object_id

        roles = self.roles

        display_name: None | str
        display_name = self.display_name

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "issuer": issuer,
                "directory": directory,
                "object_id": object_id,
                "roles": roles,
                "display_name": display_name,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        kind = check_tenant_member_read_kind(d.pop("kind"))

        issuer = d.pop("issuer")

        directory = d.pop("directory")

        def _parse_object_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        object_id = _parse_object_id(d.pop("object_id"))

        roles = cast(list[str], d.pop("roles"))

        def _parse_display_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        display_name = _parse_display_name(d.pop("display_name"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        tenant_member_read = cls(
            id=id,
            kind=kind,
            issuer=issuer,
            directory=directory,
            object_id=object_id,
            roles=roles,
            display_name=display_name,
            created_at=created_at,
        )

        tenant_member_read.additional_properties = d
        return tenant_member_read
