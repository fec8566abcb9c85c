from __future__ import annotations

from typing import Any

import httpx

from ....operation import Operation, plain, unread
from ...models.protection_rule_create import ProtectionRuleCreate
from ...models.protection_rule_preview import ProtectionRulePreview
from ...types import UNSET, Unset


def preview_protection_rule_body(
    *,
    body: ProtectionRuleCreate,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[ProtectionRulePreview]:
    """Preview a protection rule before it exists

    What a rule would do now if it were enforced: every VM, why, and what that costs. Nothing is
    written.

    From the last reading of the estate and our own rows; Azure is not asked. `unreachable` is not
    known.

    Roles: reader, operator, restorer, approver, admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/protection-rules/preview",
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> ProtectionRulePreview:
    if response.status_code == 200:
        response_200 = ProtectionRulePreview.from_dict(response.json())

        return response_200

    raise unread(response)
