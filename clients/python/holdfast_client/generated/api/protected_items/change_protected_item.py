from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.job_read import JobRead
from ...models.protected_item_change import ProtectedItemChange
from ...models.protected_item_diff import ProtectedItemDiff
from ...types import UNSET, Unset


def change_protected_item(
    item_id: UUID,
    *,
    body: ProtectedItemChange,
    dry_run: bool | Unset = False,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[JobRead | JobRead | ProtectedItemDiff]:
    """Change, pause, suspend or resume protection

    Change the policy or the disks, pause (every point is kept), suspend (points expire by the policy),
    or resume.

    Writes to one item run one at a time, in the order of the requests: a later one waits as `blocked`,
    with a link to
    the earlier one. Use `dry_run=true` first: with another policy, points may expire earlier.

    Roles: operator, admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="PATCH",
        path="/v1/protected-items/{item_id}".format(
            item_id=quote(str(item_id), safe=""),
        ),
        read=_read,
        params=plain(
            ("dry_run", dry_run),
        ),
        headers=plain(
            ("Idempotency-Key", idempotency_key),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> JobRead | JobRead | ProtectedItemDiff:
    if response.status_code == 200:

        def _parse_response_200(data: object) -> JobRead | ProtectedItemDiff:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_200_type_0 = JobRead.from_dict(data)

                return response_200_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_200_type_1 = ProtectedItemDiff.from_dict(data)

            return response_200_type_1

        response_200 = _parse_response_200(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = JobRead.from_dict(response.json())

        return response_202

    raise unread(response)
