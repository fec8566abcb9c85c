from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.recovery_run_accepted import RecoveryRunAccepted
from ...models.recovery_run_create import RecoveryRunCreate
from ...types import UNSET, Unset


def create_recovery_run(
    plan_id: UUID,
    *,
    body: RecoveryRunCreate,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[RecoveryRunAccepted]:
    """Run or rehearse a recovery plan

    Carry out a plan, or rehearse it. Send an Idempotency-Key: then a repeated request is the same run.

    The recovery point of every member is chosen now, and every restore is checked. If a member that may
    not fail cannot
    be restored, or its point is not known, nothing is begun. Each restore is a job of its own, with
    this one as parent.

    Roles: restorer, admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/recovery-plans/{plan_id}/runs".format(
            plan_id=quote(str(plan_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("Idempotency-Key", idempotency_key),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> RecoveryRunAccepted:
    if response.status_code == 200:
        response_200 = RecoveryRunAccepted.from_dict(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = RecoveryRunAccepted.from_dict(response.json())

        return response_202

    raise unread(response)
