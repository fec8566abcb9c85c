from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from ..models.tenant_grant_read import TenantGrantRead
    from ..models.tenant_quotas import TenantQuotas


T = TypeVar("T", bound="TenantRead")


@_dataclass
class TenantRead:
    """One tenant. It sees its own resources and no others.

    Attributes:
        id (str): Its id, which never changes: what the header Holdfast-Tenant names.
        name (str): Its name.
        grants (list[TenantGrantRead]): Subscriptions and resource groups of Azure that the tenant may act in.
        quotas (TenantQuotas): Limits of a tenant; a quota that is left out is not limited.

            If `live_reads_per_minute` is left out, the setting of each process applies.
        approvals (list[str]): Operations that need a second person in this tenant.
        time_zone (None | str): Of its reports; null: the installation's.
        created_at (datetime.datetime): When it was created (UTC).
        updated_at (datetime.datetime): When it last changed here (UTC).
    """

    id: str
    name: str
    grants: list[TenantGrantRead]
    quotas: TenantQuotas
    approvals: list[str]
    time_zone: None | str
    created_at: datetime.datetime
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        grants = []
        for grants_item_data in self.grants:
            grants_item = grants_item_data.to_dict()
            grants.append(grants_item)

        quotas = self.quotas.to_dict()

        approvals = self.approvals

        time_zone: None | str
        time_zone = self.time_zone

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "grants": grants,
                "quotas": quotas,
                "approvals": approvals,
                "time_zone": time_zone,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.tenant_grant_read import TenantGrantRead  # noqa: PLC0415
        from ..models.tenant_quotas import TenantQuotas  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        grants = []
        _grants = d.pop("grants")
        for grants_item_data in _grants:
            grants_item = TenantGrantRead.from_dict(grants_item_data)

            grants.append(grants_item)

        quotas = TenantQuotas.from_dict(d.pop("quotas"))

        approvals = cast(list[str], d.pop("approvals"))

        def _parse_time_zone(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        time_zone = _parse_time_zone(d.pop("time_zone"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        tenant_read = cls(
            id=id,
            name=name,
            grants=grants,
            quotas=quotas,
            approvals=approvals,
            time_zone=time_zone,
            created_at=created_at,
            updated_at=updated_at,
        )

        tenant_read.additional_properties = d
        return tenant_read
