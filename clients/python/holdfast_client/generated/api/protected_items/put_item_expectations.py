from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.expectations_body import ExpectationsBody
from ...models.expectations_read import ExpectationsRead
from ...types import UNSET, Unset


def put_item_expectations(
    item_id: UUID,
    *,
    body: ExpectationsBody,
    if_match: str,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[ExpectationsRead]:
    """Set what is expected of a protected VM

    Set what is expected of this item: how old its newest point may be, how late, and of which kind it
    shall be.

    It changes what Holdfast reports, and nothing in Azure. A shorter objective owes nothing for the
    time before it was
    set; a longer one ends a miss.

    Roles: operator, admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="PUT",
        path="/v1/protected-items/{item_id}/expectations".format(
            item_id=quote(str(item_id), safe=""),
        ),
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
