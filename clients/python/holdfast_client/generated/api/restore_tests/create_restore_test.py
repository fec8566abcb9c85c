from __future__ import annotations

from typing import Any

import httpx

from ....operation import Operation, plain, unread
from ...models.restore_test_create import RestoreTestCreate
from ...models.restore_test_read import RestoreTestRead
from ...types import UNSET, Unset


def create_restore_test(
    *,
    body: RestoreTestCreate,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[RestoreTestRead]:
    """Create a restore test

    Define a restore test: which VMs are restored when, where to, and what is verified.

    A target that leads to production is refused, with every way that was found. Nothing is restored
    yet.

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/restore-tests",
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> RestoreTestRead:
    if response.status_code == 201:
        response_201 = RestoreTestRead.from_dict(response.json())

        return response_201

    raise unread(response)
