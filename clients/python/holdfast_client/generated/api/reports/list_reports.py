from __future__ import annotations

import datetime

import httpx

from ....operation import Operation, plain, unread
from ...models.report_page import ReportPage
from ...types import UNSET, Unset


def list_reports(
    *,
    date: datetime.date | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[ReportPage]:
    """List daily reports

    The reports that were written, newest first. Every revision is one.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/reports",
        read=_read,
        params=plain(
            ("date", date),
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> ReportPage:
    if response.status_code == 200:
        response_200 = ReportPage.from_dict(response.json())

        return response_200

    raise unread(response)
