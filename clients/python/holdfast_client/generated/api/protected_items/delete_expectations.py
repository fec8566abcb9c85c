from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...types import UNSET, Unset


def delete_expectations(
    *,
    if_match: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[None]:
    """Reset what is expected of all protected VMs

    Expect of the tenant's items what is expected by default.

    Roles: admin.
    """
    return Operation(
        method="DELETE",
        path="/v1/expectations",
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
