from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.recovery_plan_preflight import RecoveryPlanPreflight
from ...models.recovery_plan_preflight_read import RecoveryPlanPreflightRead
from ...types import UNSET, Unset


def preflight_recovery_plan(
    plan_id: UUID,
    *,
    body: None | RecoveryPlanPreflight | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[RecoveryPlanPreflightRead]:
    """Check a recovery plan without running it

    Check whether the plan could be carried out now: every member with its point and its checks. Changes
    nothing.

    The checks are those of POST /v1/restores/preflight, but for Azure's own validation. Takes a minute
    at most; what
    could not be looked at by then is `skipped`.

    Roles: restorer, admin.
    """
    _kwargs: dict[str, Any] = {}

    if isinstance(body, RecoveryPlanPreflight):
        _kwargs["json"] = body.to_dict()
    else:
        _kwargs["json"] = body

    return Operation(
        method="POST",
        path="/v1/recovery-plans/{plan_id}/preflight".format(
            plan_id=quote(str(plan_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> RecoveryPlanPreflightRead:
    if response.status_code == 200:
        response_200 = RecoveryPlanPreflightRead.from_dict(response.json())

        return response_200

    raise unread(response)
