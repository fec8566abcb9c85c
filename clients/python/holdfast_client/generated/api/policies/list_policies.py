from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.policy_page import PolicyPage
from ...types import UNSET, Unset


def list_policies(
    vault_id: UUID,
    *,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[PolicyPage]:
    """List the policies of a vault

    The VM policies of a vault, including those that Azure created.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/vaults/{vault_id}/policies".format(
            vault_id=quote(str(vault_id), safe=""),
        ),
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


def _read(response: httpx.Response) -> PolicyPage:
    if response.status_code == 200:
        response_200 = PolicyPage.from_dict(response.json())

        return response_200

    raise unread(response)
