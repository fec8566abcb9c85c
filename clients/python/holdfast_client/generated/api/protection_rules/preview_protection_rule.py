from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.protection_rule_preview import ProtectionRulePreview
from ...types import UNSET, Unset


def preview_protection_rule(
    rule_id: UUID,
    *,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[ProtectionRulePreview]:
    """Preview a protection rule as it is

    The same of a rule as it is, with the VMs that it has lost.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="POST",
        path="/v1/protection-rules/{rule_id}/preview".format(
            rule_id=quote(str(rule_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> ProtectionRulePreview:
    if response.status_code == 200:
        response_200 = ProtectionRulePreview.from_dict(response.json())

        return response_200

    raise unread(response)
