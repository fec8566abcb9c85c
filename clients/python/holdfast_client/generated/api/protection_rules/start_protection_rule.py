from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.protection_rule_read import ProtectionRuleRead
from ...models.protection_rule_start import ProtectionRuleStart
from ...types import UNSET, Unset


def start_protection_rule(
    rule_id: UUID,
    *,
    body: None | ProtectionRuleStart | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[ProtectionRuleRead]:
    """Start a stopped or waiting protection rule

    Let a rule that was stopped, or waits for a number or an approval, go on.

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}

    if isinstance(body, ProtectionRuleStart):
        _kwargs["json"] = body.to_dict()
    else:
        _kwargs["json"] = body

    return Operation(
        method="POST",
        path="/v1/protection-rules/{rule_id}/start".format(
            rule_id=quote(str(rule_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> ProtectionRuleRead:
    if response.status_code == 200:
        response_200 = ProtectionRuleRead.from_dict(response.json())

        return response_200

    raise unread(response)
