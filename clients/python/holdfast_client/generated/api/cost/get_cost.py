from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...models.cost_read import CostRead
from ...types import UNSET, Unset


def get_cost(
    *,
    group_by: str,
    currency: str | Unset = "USD",
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[CostRead]:
    """Get the cost of protected VMs, grouped

    Charge-back: what the tenant's protected items cost a month, in 90 days, and cost in the months
    kept.

    Computed from the day on which each item was protected. Soft-deleted data is not in it. What a vault
    stores is
    measured where Azure says it (`storage.basis`); no answer asks Azure.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/cost",
        read=_read,
        params=plain(
            ("group_by", group_by),
            ("currency", currency),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> CostRead:
    if response.status_code == 200:
        response_200 = CostRead.from_dict(response.json())

        return response_200

    raise unread(response)
