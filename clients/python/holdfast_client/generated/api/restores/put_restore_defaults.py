from __future__ import annotations

from typing import Any

import httpx

from ....operation import Operation, plain, unread
from ...models.restore_defaults_body import RestoreDefaultsBody
from ...models.restore_defaults_read import RestoreDefaultsRead
from ...types import UNSET, Unset


def put_restore_defaults(
    *,
    body: RestoreDefaultsBody,
    if_match: str,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[RestoreDefaultsRead]:
    """Set the restore defaults of the tenant

    Set resource group, subnet and staging account for restores that leave them out. It replaces all
    three.

    They count for later requests, in the vault's own region. Restores that were accepted before keep
    their target.

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="PUT",
        path="/v1/restore-defaults",
        read=_read,
        headers=plain(
            ("If-Match", if_match),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> RestoreDefaultsRead:
    if response.status_code == 200:
        response_200 = RestoreDefaultsRead.from_dict(response.json())

        return response_200

    raise unread(response)
