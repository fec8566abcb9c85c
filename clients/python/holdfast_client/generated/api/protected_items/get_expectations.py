from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...models.expectations_read import ExpectationsRead
from ...types import UNSET, Unset


def get_expectations(
    *,
    if_none_match: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[ExpectationsRead | None]:
    """Get what is expected of all protected VMs

    What is expected of every item of the tenant that has no rule of its own. Null: by default.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/expectations",
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
