from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...models.estate_state import EstateState
from ...models.estate_vm_page import EstateVmPage
from ...types import UNSET, Unset


def list_estate_vms(
    *,
    state: list[EstateState] | Unset = UNSET,
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
    """List every VM and how it is backed up

    Every VM of the granted subscriptions and resource groups, and how it is backed up, by id.

    Read from Azure Resource Graph at intervals: a hint. A VM or item that it does not show may exist;
    `unreachable`
    lists what could not be read. The states of items that Holdfast manages come from its own rows.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/estate/vms",
        read=_read,
        params=plain(
            ("state", state),
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
