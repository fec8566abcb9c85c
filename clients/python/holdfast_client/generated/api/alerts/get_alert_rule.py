from __future__ import annotations

from urllib.parse import quote

import httpx

from ....operation import Operation, plain, unread
from ...models.alert_kind import AlertKind
from ...models.alert_rule_read import AlertRuleRead
from ...types import UNSET, Unset


def get_alert_rule(
    kind: AlertKind,
    *,
    if_none_match: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[AlertRuleRead | None]:
    """Get an alert rule

    What holds for one kind, and the ETag that a change of it needs.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/alert-rules/{kind}".format(
            kind=quote(str(kind), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-None-Match", if_none_match),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> AlertRuleRead | None:
    if response.status_code == 200:
        response_200 = AlertRuleRead.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        return None
    raise unread(response)
