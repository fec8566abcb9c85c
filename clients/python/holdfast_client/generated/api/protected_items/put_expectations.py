from __future__ import annotations

from typing import Any

import httpx

from ....operation import Operation, plain, unread
from ...models.expectations_body import ExpectationsBody
from ...models.expectations_read import ExpectationsRead
from ...types import UNSET, Unset


def put_expectations(
    *,
    body: ExpectationsBody,
    if_match: str,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[ExpectationsRead]:
    """Set what is expected of all protected VMs

    Set what is expected of every item of the tenant. The worker applies it to the items within seconds.

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="PUT",
        path="/v1/expectations",
        read=_read,
        headers=plain(
            ("If-Match", if_match),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> ExpectationsRead:
    if response.status_code == 200:
        response_200 = ExpectationsRead.from_dict(response.json())

        return response_200

    raise unread(response)
