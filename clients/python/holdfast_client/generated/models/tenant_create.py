from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.tenant_create_approvals_item import TenantCreateApprovalsItem, check_tenant_create_approvals_item
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.tenant_grant_body import TenantGrantBody
    from ..models.tenant_member_create import TenantMemberCreate
    from ..models.tenant_quotas import TenantQuotas


T = TypeVar("T", bound="TenantCreate")


@_dataclass
class TenantCreate:
    """A tenant to create, with its grants, quotas and first members.

    Attributes:
        name (str): Its name: unique in this installation, letter case ignored.
        grants (list[TenantGrantBody] | Unset): Subscriptions and resource groups of Azure that the tenant may act in.
        quotas (TenantQuotas | Unset): Limits of a tenant; a quota that is left out is not limited.

            If `live_reads_per_minute` is left out, the setting of each process applies.
        approvals (list[TenantCreateApprovalsItem] | Unset): Operations that need a second person in this tenant.
        time_zone (None | str | Unset): Time zone of its reports: an IANA name; null: the installation's.
        members (list[TenantMemberCreate] | Unset): Its first members; more can be added later.
    """

    name: str
    grants: list[TenantGrantBody] | Unset = UNSET
    quotas: TenantQuotas | Unset = UNSET
    approvals: list[TenantCreateApprovalsItem] | Unset = UNSET
    time_zone: None | str | Unset = UNSET
    members: list[TenantMemberCreate] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        grants: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.grants, Unset):
            grants = []
            for grants_item_data in self.grants:
                grants_item = grants_item_data.to_dict()
                grants.append(grants_item)

        quotas: dict[str, Any] | Unset = UNSET
        if not isinstance(self.quotas, Unset):
            quotas = self.quotas.to_dict()

        approvals: list[str] | Unset = UNSET
        if not isinstance(self.approvals, Unset):
            approvals = []
            for approvals_item_data in self.approvals:
                approvals_item: str = approvals_item_data
                approvals.append(approvals_item)

        time_zone: None | str | Unset
        if isinstance(self.time_zone, Unset):
            time_zone = UNSET
        else:
            time_zone = self.time_zone

        members: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.members, Unset):
            members = []
            for members_item_data in self.members:
                members_item = members_item_data.to_dict()
                members.append(members_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
            }
        )
        if grants is not UNSET:
            field_dict["grants"] = grants
        if quotas is not UNSET:
            field_dict["quotas"] = quotas
        if approvals is not UNSET:
            field_dict["approvals"] = approvals
        if time_zone is not UNSET:
            field_dict["time_zone"] = time_zone
        if members is not UNSET:
            field_dict["members"] = members

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.tenant_grant_body import TenantGrantBody  # noqa: PLC0415
        from ..models.tenant_member_create import TenantMemberCreate  # noqa: PLC0415
        from ..models.tenant_quotas import TenantQuotas  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        _grants = d.pop("grants", UNSET)
        grants: list[TenantGrantBody] | Unset = UNSET
        if _grants is not UNSET:
            grants = []
            for grants_item_data in _grants:
                grants_item = TenantGrantBody.from_dict(grants_item_data)

                grants.append(grants_item)

        _quotas = d.pop("quotas", UNSET)
        quotas: TenantQuotas | Unset
        if isinstance(_quotas, Unset):
            quotas = UNSET
        else:
            quotas = TenantQuotas.from_dict(_quotas)

        _approvals = d.pop("approvals", UNSET)
        approvals: list[TenantCreateApprovalsItem] | Unset = UNSET
        if _approvals is not UNSET:
            approvals = []
            for approvals_item_data in _approvals:
                approvals_item = check_tenant_create_approvals_item(approvals_item_data)

                approvals.append(approvals_item)

        def _parse_time_zone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        time_zone = _parse_time_zone(d.pop("time_zone", UNSET))

        _members = d.pop("members", UNSET)
        members: list[TenantMemberCreate] | Unset = UNSET
        if _members is not UNSET:
            members = []
            for members_item_data in _members:
                members_item = TenantMemberCreate.from_dict(members_item_data)

                members.append(members_item)

        tenant_create = cls(
            name=name,
            grants=grants,
            quotas=quotas,
            approvals=approvals,
            time_zone=time_zone,
            members=members,
        )

        return tenant_create
