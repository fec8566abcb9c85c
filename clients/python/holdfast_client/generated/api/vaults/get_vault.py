from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.vault_read import VaultRead
from ...types import UNSET, Unset


def get_vault(
    vault_id: UUID,
    *,
    if_none_match: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[None | VaultRead]:
    """Get a vault

    A vault as it was last read from Azure (`as_of`), and the ETag that a change needs.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/vaults/{vault_id}".format(
            vault_id=quote(str(vault_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-None-Match", if_none_match),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> None | VaultRead:
    if response.status_code == 200:
        response_200 = VaultRead.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        return None
    raise unread(response)
