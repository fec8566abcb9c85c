from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.restore_test_read import RestoreTestRead
from ...models.restore_test_update import RestoreTestUpdate
from ...types import UNSET, Unset


def change_restore_test(
    test_id: UUID,
    *,
    body: RestoreTestUpdate,
    if_match: str,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[RestoreTestRead]:
    """Change a restore test

    Change a restore test. Rounds that have begun go on as they were. An approval of it does not hold
    any more.

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="PATCH",
        path="/v1/restore-tests/{test_id}".format(
            test_id=quote(str(test_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-Match", if_match),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> RestoreTestRead:
    if response.status_code == 200:
        response_200 = RestoreTestRead.from_dict(response.json())

        return response_200

    raise unread(response)
