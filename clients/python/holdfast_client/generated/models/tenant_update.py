from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.tenant_update_approvals_type_0_item import (
    TenantUpdateApprovalsType0Item,
    check_tenant_update_approvals_type_0_item,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.tenant_grant_body import TenantGrantBody
    from ..models.tenant_quotas import TenantQuotas


T = TypeVar("T", bound="TenantUpdate")


@_dataclass
class TenantUpdate:
    """What to change.

    A field that is left out (or null) is not changed; a field that is sent replaces the whole value.

        Attributes:
            name (None | str | Unset): Its new name: unique, letter case is ignored.
            grants (list[TenantGrantBody] | None | Unset): Subscriptions and resource groups of Azure that the tenant may
                act in.
            quotas (None | TenantQuotas | Unset): Limits of the tenant; null: not limited, or the default of the quota.
            approvals (list[TenantUpdateApprovalsType0Item] | None | Unset): Operations that need a second person in this
                tenant.
            time_zone (None | str | Unset): Time zone of its reports: an IANA name.
    """

    name: None | str | Unset = UNSET
    grants: list[TenantGrantBody] | None | Unset = UNSET
    quotas: None | TenantQuotas | Unset = UNSET
    approvals: list[TenantUpdateApprovalsType0Item] | None | Unset = UNSET
    time_zone: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.tenant_quotas import TenantQuotas  # noqa: PLC0415

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        grants: list[dict[str, Any]] | None | Unset
        if isinstance(self.grants, Unset):
            grants = UNSET
        elif isinstance(self.grants, list):
            grants = []
            for grants_type_0_item_data in self.grants:
                grants_type_0_item = grants_type_0_item_data.to_dict()
                grants.append(grants_type_0_item)

        else:
            grants = self.grants

        quotas: dict[str, Any] | None | Unset
        if isinstance(self.quotas, Unset):
            quotas = UNSET
        elif isinstance(self.quotas, TenantQuotas):
            quotas = self.quotas.to_dict()
        else:
            quotas = self.quotas

        approvals: list[str] | None | Unset
        if isinstance(self.approvals, Unset):
            approvals = UNSET
        elif isinstance(self.approvals, list):
            approvals = []
            for approvals_type_0_item_data in self.approvals:
                approvals_type_0_item: str = approvals_type_0_item_data
                approvals.append(approvals_type_0_item)

        else:
            approvals = self.approvals

        time_zone: None | str | Unset
        if isinstance(self.time_zone, Unset):
            time_zone = UNSET
        else:
            time_zone = self.time_zone

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if name is not UNSET:
            field_dict["name"] = name
        if grants is not UNSET:
            field_dict["grants"] = grants
        if quotas is not UNSET:
            field_dict["quotas"] = quotas
        if approvals is not UNSET:
            field_dict["approvals"] = approvals
        if time_zone is not UNSET:
            field_dict["time_zone"] = time_zone

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.tenant_grant_body import TenantGrantBody  # noqa: PLC0415
        from ..models.tenant_quotas import TenantQuotas  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        def _parse_grants(data: object) -> list[TenantGrantBody] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                grants_type_0 = []
                _grants_type_0 = data
                for grants_type_0_item_data in _grants_type_0:
                    grants_type_0_item = TenantGrantBody.from_dict(grants_type_0_item_data)

                    grants_type_0.append(grants_type_0_item)

                return grants_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[TenantGrantBody] | None | Unset, data)

        grants = _parse_grants(d.pop("grants", UNSET))

        def _parse_quotas(data: object) -> None | TenantQuotas | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                quotas_type_0 = TenantQuotas.from_dict(data)

                return quotas_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TenantQuotas | Unset, data)

        quotas = _parse_quotas(d.pop("quotas", UNSET))

        def _parse_approvals(data: object) -> list[TenantUpdateApprovalsType0Item] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                approvals_type_0 = []
                _approvals_type_0 = data
                for approvals_type_0_item_data in _approvals_type_0:
                    approvals_type_0_item = check_tenant_update_approvals_type_0_item(approvals_type_0_item_data)

                    approvals_type_0.append(approvals_type_0_item)

                return approvals_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[TenantUpdateApprovalsType0Item] | None | Unset, data)

        approvals = _parse_approvals(d.pop("approvals", UNSET))

        def _parse_time_zone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        time_zone = _parse_time_zone(d.pop("time_zone", UNSET))

        tenant_update = cls(
            name=name,
            grants=grants,
            quotas=quotas,
            approvals=approvals,
            time_zone=time_zone,
        )

        return tenant_update
