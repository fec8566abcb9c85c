from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.approval_decision_body import ApprovalDecisionBody
from ...models.approval_read import ApprovalRead
from ...types import UNSET, Unset


def reject(
    approval_id: UUID,
    *,
    body: ApprovalDecisionBody,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[ApprovalRead]:
    """Reject a request of another person

    Reject: the job fails with your reason, and nothing is sent. Your own request is refused.

    Roles: approver.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/approvals/{approval_id}/reject".format(
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
