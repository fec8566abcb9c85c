from __future__ import annotations

import datetime

import httpx

from ....operation import Operation, plain, unread
from ...models.daily_report_read import DailyReportRead
from ...types import UNSET, Unset


def get_daily_report(
    *,
    date: datetime.date,
    time_zone: str | Unset = UNSET,
    revision: int | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[DailyReportRead]:
    """Get the backup report of a day

    What became of one day's backups: JSON, CSV or an HTML page, by the header Accept.

    A worker writes the report when the day is over, in the tenant's time zone. A revision never
    changes; what becomes
    known later makes the next. Of a day that has no written report (today, or in another time zone) it
    is made from
    what is known now: `revision` 0.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/reports/daily",
        read=_read,
        params=plain(
            ("date", date),
            ("time_zone", time_zone),
            ("revision", revision),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> DailyReportRead:
    if response.status_code == 200:
        response_200 = DailyReportRead.from_dict(response.json())

        return response_200

    raise unread(response)
