from __future__ import annotations

from typing import Any

import httpx

from ....operation import Operation, plain, unread
from ...models.report_link_body import ReportLinkBody
from ...models.report_link_read import ReportLinkRead
from ...types import UNSET, Unset


def create_report_link(
    *,
    body: ReportLinkBody,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[ReportLinkRead]:
    """Create a browser link to a report

    Make a link by which a browser, which sends no token, sees this one report as a page, for some
    minutes.

    Who has the link needs no token: pass it on with care. It is on the audit trail.

    Roles: reader, operator, restorer, approver, admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/reports/daily/link",
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> ReportLinkRead:
    if response.status_code == 201:
        response_201 = ReportLinkRead.from_dict(response.json())

        return response_201

    raise unread(response)
