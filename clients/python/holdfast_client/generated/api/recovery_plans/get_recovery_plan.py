from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.recovery_plan_read import RecoveryPlanRead
from ...types import UNSET, Unset


def get_recovery_plan(
    plan_id: UUID,
    *,
    if_none_match: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[None | RecoveryPlanRead]:
    """Get a recovery plan

    A recovery plan: its waves, points and targets, and the ETag that a change needs.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/recovery-plans/{plan_id}".format(
            plan_id=quote(str(plan_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-None-Match", if_none_match),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> None | RecoveryPlanRead:
    if response.status_code == 200:
        response_200 = RecoveryPlanRead.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        return None
    raise unread(response)
