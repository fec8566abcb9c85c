from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx

from ....operation import Operation, plain, unread
from ...models.alert_kind import AlertKind
from ...models.alert_rule_body import AlertRuleBody
from ...models.alert_rule_read import AlertRuleRead
from ...types import UNSET, Unset


def put_alert_rule(
    kind: AlertKind,
    *,
    body: AlertRuleBody,
    if_match: str,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[AlertRuleRead]:
    """Set an alert rule

    Set what holds for one kind: whether, how grave, after how long, and who is told. It is on the audit
    trail.

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="PUT",
        path="/v1/alert-rules/{kind}".format(
            kind=quote(str(kind), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-Match", if_match),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> AlertRuleRead:
    if response.status_code == 200:
        response_200 = AlertRuleRead.from_dict(response.json())

        return response_200

    raise unread(response)
