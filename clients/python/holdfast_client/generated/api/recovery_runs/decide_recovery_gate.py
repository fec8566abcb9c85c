from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.recovery_gate_decide import RecoveryGateDecide
from ...models.recovery_run_read import RecoveryRunRead
from ...types import UNSET, Unset


def decide_recovery_gate(
    run_id: UUID,
    wave: str,
    *,
    body: RecoveryGateDecide,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[RecoveryRunRead]:
    """Let a recovery run go on, or stop it

    Say at a gate whether the run goes on to the next wave, or stops. The same decision again changes
    nothing.

    Roles: approver.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/recovery-runs/{run_id}/gates/{wave}".format(
            run_id=quote(str(run_id), safe=""),
            wave=quote(str(wave), safe=""),
        ),
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> RecoveryRunRead:
    if response.status_code == 200:
        response_200 = RecoveryRunRead.from_dict(response.json())

        return response_200

    raise unread(response)
