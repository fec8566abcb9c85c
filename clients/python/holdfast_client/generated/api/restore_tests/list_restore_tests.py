from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...models.restore_test_page import RestoreTestPage
from ...types import UNSET, Unset


def list_restore_tests(
    *,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[RestoreTestPage]:
    """List restore tests, oldest first

    The restore tests of your tenant, oldest first.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/restore-tests",
        read=_read,
        params=plain(
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> RestoreTestPage:
    if response.status_code == 200:
        response_200 = RestoreTestPage.from_dict(response.json())

        return response_200

    raise unread(response)
