from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.backup_accepted import BackupAccepted
from ...models.backup_create import BackupCreate
from ...types import UNSET, Unset


def create_backup(
    item_id: UUID,
    *,
    body: BackupCreate | None | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[BackupAccepted]:
    """Back up a VM now

    Back the VM up now, and keep the recovery point until `retain_until`, or for 30 days. The answer
    says until when.

    For an item in `error` the backup is requested, and Azure decides. If the recorded state of an item
    forbids a
    backup, Azure is asked first, because the record may be out of date.

    Roles: operator, admin.
    """
    _kwargs: dict[str, Any] = {}

    if isinstance(body, BackupCreate):
        _kwargs["json"] = body.to_dict()
    else:
        _kwargs["json"] = body

    return Operation(
        method="POST",
        path="/v1/protected-items/{item_id}/backups".format(
            item_id=quote(str(item_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("Idempotency-Key", idempotency_key),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> BackupAccepted:
    if response.status_code == 200:
        response_200 = BackupAccepted.from_dict(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = BackupAccepted.from_dict(response.json())

        return response_202

    raise unread(response)
