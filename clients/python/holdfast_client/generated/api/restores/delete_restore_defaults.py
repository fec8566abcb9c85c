from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...types import UNSET, Unset


def delete_restore_defaults(
    *,
    if_match: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[None]:
    """Remove the restore defaults of the tenant

    Remove the defaults of the tenant. Those of its vaults stay.

    Roles: admin.
    """
    return Operation(
        method="DELETE",
        path="/v1/restore-defaults",
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
