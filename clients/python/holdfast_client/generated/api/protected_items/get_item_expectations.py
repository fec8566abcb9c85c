from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.expectations_read import ExpectationsRead
from ...types import UNSET, Unset


def get_item_expectations(
    item_id: UUID,
    *,
    if_none_match: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[ExpectationsRead | None]:
    """Get what is expected of a protected VM

    What is expected of this item by a rule of its own. Null: as the tenant's rule says, or by default.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/protected-items/{item_id}/expectations".format(
            item_id=quote(str(item_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-None-Match", if_none_match),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> ExpectationsRead | None:
    if response.status_code == 200:
        response_200 = ExpectationsRead.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        return None
    raise unread(response)
