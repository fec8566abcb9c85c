from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...models.audit_head_read import AuditHeadRead
from ...types import UNSET, Unset


def get_audit_head(
    *,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[AuditHeadRead]:
    """Get the last hash of the audit trail

    The last hash of the tenant's chain. Save it elsewhere, often: `holdfast audit verify --head`
    compares.

    Roles: admin.
    """
    return Operation(
        method="GET",
        path="/v1/audit/head",
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> AuditHeadRead:
    if response.status_code == 200:
        response_200 = AuditHeadRead.from_dict(response.json())

        return response_200

    raise unread(response)
