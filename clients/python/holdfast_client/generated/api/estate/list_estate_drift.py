from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...models.drift_page import DriftPage
from ...models.drift_state import DriftState
from ...types import UNSET, Unset


def list_estate_drift(
    *,
    state: DriftState | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[DriftPage]:
    """List changes made outside Holdfast

    What was changed outside Holdfast and leaves backups weaker, newest first.

    Compared are the items and vaults of this tenant with what they were when a reading last found them
    in order. What
    a job of Holdfast changed, or what became stronger, is no drift.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/estate/drift",
        read=_read,
        params=plain(
            ("state", state),
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> DriftPage:
    if response.status_code == 200:
        response_200 = DriftPage.from_dict(response.json())

        return response_200

    raise unread(response)
