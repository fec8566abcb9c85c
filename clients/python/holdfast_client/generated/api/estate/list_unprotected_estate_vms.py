from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...models.estate_vm_page import EstateVmPage
from ...types import UNSET, Unset


def list_unprotected_estate_vms(
    *,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    q: str | Unset = UNSET,
    subscription_id: list[str] | Unset = UNSET,
    resource_group: list[str] | Unset = UNSET,
    location: list[str] | Unset = UNSET,
    tag: list[str] | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[EstateVmPage]:
    """List every VM that is not backed up

    The VMs that no vault protects, as far as could be read: state `unprotected`.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/unprotected-vms",
        read=_read,
        params=plain(
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
            ("q", q),
            ("subscription_id", subscription_id),
            ("resource_group", resource_group),
            ("location", location),
            ("tag", tag),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> EstateVmPage:
    if response.status_code == 200:
        response_200 = EstateVmPage.from_dict(response.json())

        return response_200

    raise unread(response)
