from __future__ import annotations

from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.approval_page import ApprovalPage
from ...models.list_approvals_state import ListApprovalsState
from ...models.list_approvals_view import ListApprovalsView
from ...types import UNSET, Unset


def list_approvals(
    *,
    state: ListApprovalsState | Unset = UNSET,
    job_id: UUID | Unset = UNSET,
    view: ListApprovalsView | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[ApprovalPage]:
    """List approvals, newest first

    Approvals, newest first.

    `view=mine`: your requests; `view=to_decide`: requests of others that await a decision.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/approvals",
        read=_read,
        params=plain(
            ("state", state),
            ("job_id", job_id),
            ("view", view),
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> ApprovalPage:
    if response.status_code == 200:
        response_200 = ApprovalPage.from_dict(response.json())

        return response_200

    raise unread(response)
