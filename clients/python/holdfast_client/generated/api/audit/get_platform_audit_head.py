from __future__ import annotations

import httpx

from ....operation import Operation, unread
from ...models.audit_head_read import AuditHeadRead


def get_platform_audit_head() -> Operation[AuditHeadRead]:
    """Get the last hash of the platform's audit trail

    The last hash of the platform's own chain.

    Roles: platform_admin.
    """
    return Operation(
        method="GET",
        path="/v1/platform/audit/head",
        read=_read,
    )


def _read(response: httpx.Response) -> AuditHeadRead:
    if response.status_code == 200:
        response_200 = AuditHeadRead.from_dict(response.json())

        return response_200

    raise unread(response)
