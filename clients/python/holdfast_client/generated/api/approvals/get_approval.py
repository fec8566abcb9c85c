from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.approval_read import ApprovalRead
from ...types import UNSET, Unset


def get_approval(
    approval_id: UUID,
    *,
    if_none_match: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[ApprovalRead | None]:
    """Get an approval

    One approval: the exact request, the requester, the deadline and the decision.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/approvals/{approval_id}".format(
            approval_id=quote(str(approval_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-None-Match", if_none_match),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> ApprovalRead | None:
    if response.status_code == 200:
        response_200 = ApprovalRead.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        return None
    raise unread(response)
