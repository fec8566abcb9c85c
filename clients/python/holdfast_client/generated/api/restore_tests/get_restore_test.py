from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.restore_test_read import RestoreTestRead
from ...types import UNSET, Unset


def get_restore_test(
    test_id: UUID,
    *,
    if_none_match: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[None | RestoreTestRead]:
    """Get a restore test

    A restore test: what it tests, when its next round is due, and the ETag that a change needs.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/restore-tests/{test_id}".format(
            test_id=quote(str(test_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-None-Match", if_none_match),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> None | RestoreTestRead:
    if response.status_code == 200:
        response_200 = RestoreTestRead.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        return None
    raise unread(response)
