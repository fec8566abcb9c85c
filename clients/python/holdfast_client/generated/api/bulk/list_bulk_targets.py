from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.bulk_target_page import BulkTargetPage
from ...models.list_bulk_targets_outcome_item import ListBulkTargetsOutcomeItem
from ...types import UNSET, Unset


def list_bulk_targets(
    job_id: UUID,
    *,
    outcome: list[ListBulkTargetsOutcomeItem] | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[BulkTargetPage]:
    """List the targets of a bulk request

    The targets of a bulk request in its order, and what became of each.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/bulk/{job_id}/targets".format(
            job_id=quote(str(job_id), safe=""),
        ),
        read=_read,
        params=plain(
            ("outcome", outcome),
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> BulkTargetPage:
    if response.status_code == 200:
        response_200 = BulkTargetPage.from_dict(response.json())

        return response_200

    raise unread(response)
