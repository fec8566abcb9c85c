from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...types import Unset


def export_platform_audit(
    *,
    after: int | Unset = 0,
) -> Operation[str]:
    """Export the audit trail of the platform

    The platform's own chain, oldest first, as lines of JSON.

    Roles: platform_admin.
    """
    return Operation(
        method="GET",
        path="/v1/platform/audit/export",
        read=_read,
        params=plain(
            ("after", after),
        ),
    )


def _read(response: httpx.Response) -> str:
    if response.status_code == 200:
        response_200 = response.text
        return response_200

    raise unread(response)
