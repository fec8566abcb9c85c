from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...types import UNSET, Unset


def delete_recovery_plan(
    plan_id: UUID,
    *,
    if_match: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[None]:
    """Delete a recovery plan

    Delete a plan. Its runs stay, and one that is under way goes on.

    Roles: admin.
    """
    return Operation(
        method="DELETE",
        path="/v1/recovery-plans/{plan_id}".format(
            plan_id=quote(str(plan_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-Match", if_match),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> None:
    if response.status_code == 204:
        return None
    raise unread(response)
