from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...types import UNSET, Unset


def export_audit(
    *,
    after: int | Unset = 0,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[str]:
    """Export the audit trail of a tenant

    The tenant's chain, oldest first, as lines of JSON: what `holdfast audit verify --export` checks.

    Roles: admin.
    """
    return Operation(
        method="GET",
        path="/v1/audit/export",
        read=_read,
        params=plain(
            ("after", after),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> str:
    if response.status_code == 200:
        response_200 = response.text
        return response_200

    raise unread(response)
