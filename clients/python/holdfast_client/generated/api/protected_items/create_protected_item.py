from __future__ import annotations

from typing import Any

import httpx

from ....operation import Operation, plain, unread
from ...models.job_read import JobRead
from ...models.protected_item_create import ProtectedItemCreate
from ...types import UNSET, Unset


def create_protected_item(
    *,
    body: ProtectedItemCreate,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[JobRead]:
    """Protect a VM

    Protect a VM with a policy of its vault.

    Roles: operator, admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/protected-items",
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
