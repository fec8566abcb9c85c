from __future__ import annotations

from typing import Any

import httpx

from ....operation import Operation, plain, unread
from ...models.policy_preview_create import PolicyPreviewCreate
from ...models.policy_preview_read import PolicyPreviewRead
from ...types import UNSET, Unset


def preview_policy(
    *,
    body: PolicyPreviewCreate,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[PolicyPreviewRead]:
    """Preview the runs and points of a policy

    What a policy would do: its next runs, the points of a day, how many are kept.

    Up to ten years; nothing is created.

    Computed from the schedule alone: no point exists before the span. Runs are at wall-clock times of
    the policy's
    zone, also when the clocks change.

    Roles: reader, operator, restorer, approver, admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/policies/preview",
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> PolicyPreviewRead:
    if response.status_code == 200:
        response_200 = PolicyPreviewRead.from_dict(response.json())

        return response_200

    raise unread(response)
