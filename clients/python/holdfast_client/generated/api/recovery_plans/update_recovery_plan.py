from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.recovery_plan_read import RecoveryPlanRead
from ...models.recovery_plan_update import RecoveryPlanUpdate
from ...types import UNSET, Unset


def update_recovery_plan(
    plan_id: UUID,
    *,
    body: RecoveryPlanUpdate,
    if_match: str,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[RecoveryPlanRead]:
    """Change a recovery plan

    Change a plan. A run that has been asked for keeps its copy; a test that was approved must be
    approved again.

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="PATCH",
        path="/v1/recovery-plans/{plan_id}".format(
            plan_id=quote(str(plan_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-Match", if_match),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> RecoveryPlanRead:
    if response.status_code == 200:
        response_200 = RecoveryPlanRead.from_dict(response.json())

        return response_200

    raise unread(response)
