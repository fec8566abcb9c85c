from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...models.protection_rule_page import ProtectionRulePage
from ...types import UNSET, Unset


def list_protection_rules(
    *,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[ProtectionRulePage]:
    """List protection rules, oldest first

    The protection rules of your tenant, oldest first.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/protection-rules",
        read=_read,
        params=plain(
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> ProtectionRulePage:
    if response.status_code == 200:
        response_200 = ProtectionRulePage.from_dict(response.json())

        return response_200

    raise unread(response)
