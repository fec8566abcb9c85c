from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.protection_rule_read import ProtectionRuleRead
from ...models.protection_rule_update import ProtectionRuleUpdate
from ...types import UNSET, Unset


def update_protection_rule(
    rule_id: UUID,
    *,
    body: ProtectionRuleUpdate,
    if_match: str,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[ProtectionRuleRead]:
    """Change a protection rule

    Change a rule. What it has asked for goes on; an approval of it does not hold any more.

    Where `selector` or `on_lost` change, or it only observes from now on, its pauses that were not sent
    are taken back.

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="PATCH",
        path="/v1/protection-rules/{rule_id}".format(
            rule_id=quote(str(rule_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-Match", if_match),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> ProtectionRuleRead:
    if response.status_code == 200:
        response_200 = ProtectionRuleRead.from_dict(response.json())

        return response_200

    raise unread(response)
