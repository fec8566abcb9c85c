from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.protection_rule_read import ProtectionRuleRead
from ...types import UNSET, Unset


def stop_protection_rule(
    rule_id: UUID,
    *,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[ProtectionRuleRead]:
    """Stop a protection rule

    Stop a rule: it asks for nothing more. Pauses that were not sent are taken back; its other jobs go
    on.

    No other rule takes over its VMs.

    Roles: admin.
    """
    return Operation(
        method="POST",
        path="/v1/protection-rules/{rule_id}/stop".format(
            rule_id=quote(str(rule_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> ProtectionRuleRead:
    if response.status_code == 200:
        response_200 = ProtectionRuleRead.from_dict(response.json())

        return response_200

    raise unread(response)
