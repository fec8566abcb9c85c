from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.azure_policy_read import AzurePolicyRead
from ...types import UNSET, Unset


def get_azure_policy(
    rule_id: UUID,
    *,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[AzurePolicyRead]:
    """Get the Azure Policy of a protection rule

    What Azure Policy does for the rule: compliance, the remediation, what the definition leaves out,
    and conflicts.

    Read from Azure while you wait. Works without an assignment, too: `conflicts` then names those of
    others that
    protect the rule's VMs in another vault.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/protection-rules/{rule_id}/azure-policy".format(
            rule_id=quote(str(rule_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> AzurePolicyRead:
    if response.status_code == 200:
        response_200 = AzurePolicyRead.from_dict(response.json())

        return response_200

    raise unread(response)
