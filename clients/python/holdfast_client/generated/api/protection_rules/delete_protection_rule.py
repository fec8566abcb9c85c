from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...types import UNSET, Unset


def delete_protection_rule(
    rule_id: UUID,
    *,
    if_match: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[None]:
    """Delete a protection rule

    Delete a rule. What it protected stays protected, and its jobs go on, but for pauses that were not
    sent.

    409 while Holdfast has assigned a policy of Azure for it.

    Roles: admin.
    """
    return Operation(
        method="DELETE",
        path="/v1/protection-rules/{rule_id}".format(
            rule_id=quote(str(rule_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-Match", if_match),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> None:
    if response.status_code == 204:
        return None
    raise unread(response)
