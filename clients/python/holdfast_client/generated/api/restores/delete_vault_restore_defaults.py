from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...types import UNSET, Unset


def delete_vault_restore_defaults(
    vault_id: UUID,
    *,
    if_match: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[None]:
    """Remove the restore defaults of a vault

    Remove the defaults of this vault. Those of the tenant then count.

    Roles: admin.
    """
    return Operation(
        method="DELETE",
        path="/v1/vaults/{vault_id}/restore-defaults".format(
            vault_id=quote(str(vault_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-Match", if_match),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> None:
    if response.status_code == 204:
        return None
    raise unread(response)
