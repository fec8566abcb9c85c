from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...models.vault_page import VaultPage
from ...types import UNSET, Unset


def list_vaults(
    *,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[VaultPage]:
    """List vaults, oldest first

    The vaults of your tenant, created or adopted, in every state but deleted; oldest first.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/vaults",
        read=_read,
        params=plain(
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> VaultPage:
    if response.status_code == 200:
        response_200 = VaultPage.from_dict(response.json())

        return response_200

    raise unread(response)
