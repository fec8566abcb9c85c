from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.recovery_run_read import RecoveryRunRead
from ...types import UNSET, Unset


def get_recovery_run(
    run_id: UUID,
    *,
    if_none_match: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[None | RecoveryRunRead]:
    """Get a recovery run

    One recovery run: waves, gates, every VM, and the times measured.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/recovery-runs/{run_id}".format(
            run_id=quote(str(run_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-None-Match", if_none_match),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> None | RecoveryRunRead:
    if response.status_code == 200:
        response_200 = RecoveryRunRead.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        return None
    raise unread(response)
