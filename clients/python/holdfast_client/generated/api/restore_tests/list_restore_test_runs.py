from __future__ import annotations

from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.restore_test_outcome import RestoreTestOutcome
from ...models.restore_test_run_page import RestoreTestRunPage
from ...types import UNSET, Unset


def list_restore_test_runs(
    *,
    outcome: list[RestoreTestOutcome] | Unset = UNSET,
    protected_item_id: list[UUID] | Unset = UNSET,
    restore_test_id: UUID | Unset = UNSET,
    job: UUID | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[RestoreTestRunPage]:
    """List runs of restore tests

    Runs of restore tests, newest first: one for each item that was tested.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/restore-test-runs",
        read=_read,
        params=plain(
            ("outcome", outcome),
            ("protected_item_id", protected_item_id),
            ("restore_test_id", restore_test_id),
            ("job", job),
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> RestoreTestRunPage:
    if response.status_code == 200:
        response_200 = RestoreTestRunPage.from_dict(response.json())

        return response_200

    raise unread(response)
