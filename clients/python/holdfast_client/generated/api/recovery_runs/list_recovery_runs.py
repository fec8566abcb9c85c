from __future__ import annotations

from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.recovery_run_page import RecoveryRunPage
from ...types import UNSET, Unset


def list_recovery_runs(
    *,
    plan_id: UUID | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[RecoveryRunPage]:
    """List recovery runs, newest first

    The recovery runs of your tenant, newest first: for real and rehearsals. Plans that are gone, too.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/recovery-runs",
        read=_read,
        params=plain(
            ("plan_id", plan_id),
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> RecoveryRunPage:
    if response.status_code == 200:
        response_200 = RecoveryRunPage.from_dict(response.json())

        return response_200

    raise unread(response)
