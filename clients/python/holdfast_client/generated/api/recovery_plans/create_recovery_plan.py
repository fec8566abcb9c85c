from __future__ import annotations

from typing import Any

import httpx

from ....operation import Operation, plain, unread
from ...models.recovery_plan_create import RecoveryPlanCreate
from ...models.recovery_plan_read import RecoveryPlanRead
from ...types import UNSET, Unset


def create_recovery_plan(
    *,
    body: RecoveryPlanCreate,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[RecoveryPlanRead]:
    """Create a recovery plan

    Write down which VMs come back together, in which order, from which points, and where to.

    Nothing is restored, and Azure is not asked: `preflight` does that.

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/recovery-plans",
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> RecoveryPlanRead:
    if response.status_code == 201:
        response_201 = RecoveryPlanRead.from_dict(response.json())

        return response_201

    raise unread(response)
