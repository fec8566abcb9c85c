from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...models.estate_coverage import EstateCoverage
from ...types import UNSET, Unset


def get_estate_coverage(
    *,
    group_by: str | Unset = "subscription",
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[EstateCoverage]:
    """Count VMs by backup state

    How many VMs of each group are in which state, and the share that is protected; and that is proven
    by tests.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/estate/coverage",
        read=_read,
        params=plain(
            ("group_by", group_by),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> EstateCoverage:
    if response.status_code == 200:
        response_200 = EstateCoverage.from_dict(response.json())

        return response_200

    raise unread(response)
