from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...types import UNSET, Unset


def delete_restore_test(
    test_id: UUID,
    *,
    if_match: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[None]:
    """Delete a restore test

    Delete a restore test. Its runs and their evidence are kept.

    Roles: admin.
    """
    return Operation(
        method="DELETE",
        path="/v1/restore-tests/{test_id}".format(
            test_id=quote(str(test_id), safe=""),
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
