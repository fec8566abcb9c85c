from __future__ import annotations

from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.job_state import JobState
from ...models.restore_page import RestorePage
from ...types import UNSET, Unset


def list_restores(
    *,
    protected_item_id: list[UUID] | Unset = UNSET,
    state: list[JobState] | Unset = UNSET,
    reference: str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    label: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[RestorePage]:
    """List restores, newest first

    Restores, newest first. Select by what was sent with them, or by the state of their job.

    A protected item of another tenant is 404, here as in a path.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/restores",
        read=_read,
        params=plain(
            ("protected_item_id", protected_item_id),
            ("state", state),
            ("reference", reference),
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
            ("label", label),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> RestorePage:
    if response.status_code == 200:
        response_200 = RestorePage.from_dict(response.json())

        return response_200

    raise unread(response)
