from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...models.restore_test_quarter import RestoreTestQuarter
from ...types import UNSET, Unset


def get_restore_test_report(
    *,
    quarter: str,
    time_zone: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[None | RestoreTestQuarter]:
    """Get the restore test report of a quarter

    What restore tests proved in a quarter: JSON, CSV, or an HTML page to be printed, by the header
    Accept.

    For an auditor: each VM with what was proven of it or why not, recovery times by resource group and
    of recovery
    plans, and the hash of the signed evidence of each run. It is made from what is on record now.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/reports/restore-tests",
        read=_read,
        params=plain(
            ("quarter", quarter),
            ("time_zone", time_zone),
        ),
        headers=plain(
            ("If-None-Match", if_none_match),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> None | RestoreTestQuarter:
    if response.status_code == 200:
        response_200 = RestoreTestQuarter.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        return None
    raise unread(response)
