from __future__ import annotations

from typing import Any

import httpx

from ....operation import Operation, plain, unread
from ...models.restore_accepted import RestoreAccepted
from ...models.restore_create import RestoreCreate
from ...types import UNSET, Unset


def create_restore(
    *,
    body: RestoreCreate,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[RestoreAccepted]:
    """Restore a VM, its disks or its files

    Restore a recovery point, once. Send an Idempotency-Key: then a repeated request is the same
    restore.

    Without `target` it restores disks; ids that the target leaves out come from the restore defaults of
    the vault, else
    of the tenant. The answer names the chosen point and the target. If any part of the request is
    wrong, nothing is
    sent to Azure.

    Roles: restorer, admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/restores",
        read=_read,
        headers=plain(
            ("Idempotency-Key", idempotency_key),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> RestoreAccepted:
    if response.status_code == 200:
        response_200 = RestoreAccepted.from_dict(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = RestoreAccepted.from_dict(response.json())

        return response_202

    raise unread(response)
