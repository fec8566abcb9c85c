from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...models.alert_rule_list import AlertRuleList
from ...types import UNSET, Unset


def list_alert_rules(
    *,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[AlertRuleList]:
    """List the alert rules of every kind

    What holds for each kind of alert: as your tenant has set it, or by default. All are on from the
    start.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/alert-rules",
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> AlertRuleList:
    if response.status_code == 200:
        response_200 = AlertRuleList.from_dict(response.json())

        return response_200

    raise unread(response)
