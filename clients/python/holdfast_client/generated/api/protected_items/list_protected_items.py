from __future__ import annotations

import datetime
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.list_protected_items_rpo_item import ListProtectedItemsRpoItem
from ...models.list_protected_items_state_item import ListProtectedItemsStateItem
from ...models.protected_item_page import ProtectedItemPage
from ...types import UNSET, Unset


def list_protected_items(
    *,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    vm_id: str | Unset = UNSET,
    name: str | Unset = UNSET,
    q: str | Unset = UNSET,
    vault_id: list[UUID] | Unset = UNSET,
    policy_id: list[UUID] | Unset = UNSET,
    state: list[ListProtectedItemsStateItem] | Unset = UNSET,
    health: list[str] | Unset = UNSET,
    rpo: list[ListProtectedItemsRpoItem] | Unset = UNSET,
    vm_missing: bool | Unset = UNSET,
    no_recovery_point_since: datetime.datetime | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[ProtectedItemPage]:
    """List protected VMs

    Protected items, oldest first. A vault or policy of another tenant is 404, here as in a path.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/protected-items",
        read=_read,
        params=plain(
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
            ("vm_id", vm_id),
            ("name", name),
            ("q", q),
            ("vault_id", vault_id),
            ("policy_id", policy_id),
            ("state", state),
            ("health", health),
            ("rpo", rpo),
            ("vm_missing", vm_missing),
            ("no_recovery_point_since", no_recovery_point_since),
            ("updated_since", updated_since),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> ProtectedItemPage:
    if response.status_code == 200:
        response_200 = ProtectedItemPage.from_dict(response.json())

        return response_200

    raise unread(response)
