from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.protection_rule_read import ProtectionRuleRead
from ...types import UNSET, Unset


def get_protection_rule(
    rule_id: UUID,
    *,
    if_none_match: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[None | ProtectionRuleRead]:
    """Get a protection rule

    A protection rule: what it selects, what it does at present, and the ETag that a change needs.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/protection-rules/{rule_id}".format(
            rule_id=quote(str(rule_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-None-Match", if_none_match),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> None | ProtectionRuleRead:
    if response.status_code == 200:
        response_200 = ProtectionRuleRead.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        return None
    raise unread(response)
