from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.restore_defaults_body import RestoreDefaultsBody
from ...models.restore_defaults_read import RestoreDefaultsRead
from ...types import UNSET, Unset


def put_vault_restore_defaults(
    vault_id: UUID,
    *,
    body: RestoreDefaultsBody,
    if_match: str,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[RestoreDefaultsRead]:
    """Set the restore defaults of a vault

    Set the same for restores from this vault. Each value comes before that of the tenant.

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="PUT",
        path="/v1/vaults/{vault_id}/restore-defaults".format(
            vault_id=quote(str(vault_id), safe=""),
        ),
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
