from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.job_read import JobRead
from ...models.write_body import WriteBody
from ...types import UNSET, Unset


def unmount_files(
    restore_id: UUID,
    *,
    body: None | Unset | WriteBody = UNSET,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[JobRead]:
    """End a session of mounted files

    End the session of mounted files.

    If Azure has ended the session already, the job succeeds and says so (`result.ended_by`). So the
    request can be
    repeated.

    Roles: restorer, admin.
    """
    _kwargs: dict[str, Any] = {}

    if isinstance(body, WriteBody):
        _kwargs["json"] = body.to_dict()
    else:
        _kwargs["json"] = body

    return Operation(
        method="POST",
        path="/v1/restores/{restore_id}/unmount".format(
            restore_id=quote(str(restore_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("Idempotency-Key", idempotency_key),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> JobRead:
    if response.status_code == 200:
        response_200 = JobRead.from_dict(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = JobRead.from_dict(response.json())

        return response_202

    raise unread(response)
