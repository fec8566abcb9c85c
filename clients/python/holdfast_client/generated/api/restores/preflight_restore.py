from __future__ import annotations

from typing import Any

import httpx

from ....operation import Operation, plain, unread
from ...models.restore_create import RestoreCreate
from ...models.restore_preflight_read import RestorePreflightRead
from ...types import UNSET, Unset


def preflight_restore(
    *,
    body: RestoreCreate,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[RestorePreflightRead]:
    """Check a restore without starting it

    Check whether this restore is possible now, and show every check. Takes the same body, and changes
    nothing.

    A failed check has the problem that POST /v1/restores would answer. A check that could not be made
    is `skipped`,
    with the reason, never passed; checks that do not apply to the mode are not listed. For an invalid
    body, an unknown
    item, and an item without data to restore, the answer is the same problem as that of POST
    /v1/restores.

    Roles: restorer, admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/restores/preflight",
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> RestorePreflightRead:
    if response.status_code == 200:
        response_200 = RestorePreflightRead.from_dict(response.json())

        return response_200

    raise unread(response)
