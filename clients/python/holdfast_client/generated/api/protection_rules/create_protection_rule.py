from __future__ import annotations

from typing import Any

import httpx

from ....operation import Operation, plain, unread
from ...models.protection_rule_create import ProtectionRuleCreate
from ...models.protection_rule_read import ProtectionRuleRead
from ...types import UNSET, Unset


def create_protection_rule(
    *,
    body: ProtectionRuleCreate,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[ProtectionRuleRead]:
    """Create a protection rule

    Say which VMs are to be protected, in which vault and by which policy of their region.

    `observe` does nothing: look at its preview. `enforce` protects them, `max_per_hour`, each by an
    ordinary job.

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/protection-rules",
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> ProtectionRuleRead:
    if response.status_code == 201:
        response_201 = ProtectionRuleRead.from_dict(response.json())

        return response_201

    raise unread(response)
