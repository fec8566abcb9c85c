from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...types import UNSET, Unset


def get_restore_test_evidence(
    test_run_id: UUID,
    *,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[None]:
    """Get the signed evidence of a run

    The signed statement about a run that has ended. It verifies without Holdfast: docs/evidence.md.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/restore-test-runs/{test_run_id}/evidence".format(
            test_run_id=quote(str(test_run_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> None:
    if response.status_code == 200:
        return None
    raise unread(response)
