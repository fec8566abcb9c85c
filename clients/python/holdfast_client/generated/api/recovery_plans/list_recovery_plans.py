from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...models.recovery_plan_page import RecoveryPlanPage
from ...types import UNSET, Unset


def list_recovery_plans(
    *,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[RecoveryPlanPage]:
    """List recovery plans, oldest first

    The recovery plans of your tenant, oldest first.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/recovery-plans",
        read=_read,
        params=plain(
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> RecoveryPlanPage:
    if response.status_code == 200:
        response_200 = RecoveryPlanPage.from_dict(response.json())

        return response_200

    raise unread(response)
