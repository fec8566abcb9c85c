from __future__ import annotations

from typing import Any

import httpx

from ....operation import Operation, plain, unread
from ...models.cost_estimate_create import CostEstimateCreate
from ...models.cost_estimate_read import CostEstimateRead
from ...types import UNSET, Unset


def estimate_cost(
    *,
    body: CostEstimateCreate,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[CostEstimateRead]:
    """Estimate what backup would cost

    What backup costs a month: of protected items, VMs or a selection, with another policy or
    redundancy.

    Nothing is created. Computed from the points that the policy keeps, measured or assumed sizes, and
    Azure's public
    price list; VMs are not read from Azure. What is not known is null, and never part of a sum.

    Roles: reader, operator, restorer, approver, admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/cost/estimate",
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> CostEstimateRead:
    if response.status_code == 200:
        response_200 = CostEstimateRead.from_dict(response.json())

        return response_200

    raise unread(response)
