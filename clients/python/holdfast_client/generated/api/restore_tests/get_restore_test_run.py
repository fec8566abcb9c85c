from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.restore_test_run_read import RestoreTestRunRead
from ...types import UNSET, Unset


def get_restore_test_run(
    test_run_id: UUID,
    *,
    if_none_match: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[None | RestoreTestRunRead]:
    """Get a run of a restore test

    One run: what was restored, what was verified, what was measured, and what is left.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/restore-test-runs/{test_run_id}".format(
            test_run_id=quote(str(test_run_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-None-Match", if_none_match),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> None | RestoreTestRunRead:
    if response.status_code == 200:
        response_200 = RestoreTestRunRead.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        return None
    raise unread(response)
