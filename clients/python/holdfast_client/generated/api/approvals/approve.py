from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.approval_decision_body import ApprovalDecisionBody
from ...models.approval_read import ApprovalRead
from ...types import UNSET, Unset


def approve(
    approval_id: UUID,
    *,
    body: ApprovalDecisionBody,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[ApprovalRead]:
    """Approve a request of another person

    Approve: the job is queued, and sent while the approval is valid. Your own request is refused;
    repeating is safe.

    You approve exactly what `ask` shows: if the job's request has changed, it is not sent.

    Roles: approver.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/approvals/{approval_id}/approve".format(
            approval_id=quote(str(approval_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> ApprovalRead:
    if response.status_code == 200:
        response_200 = ApprovalRead.from_dict(response.json())

        return response_200

    raise unread(response)
