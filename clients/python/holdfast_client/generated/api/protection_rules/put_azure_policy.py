from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.azure_policy_put import AzurePolicyPut
from ...models.job_read import JobRead
from ...types import UNSET, Unset


def put_azure_policy(
    rule_id: UUID,
    *,
    body: AzurePolicyPut,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[JobRead]:
    """Assign an Azure Policy for a protection rule

    Have Azure Policy protect new VMs by itself: a built-in definition for an existing vault, assigned
    for the rule.

    Replaces what an earlier PUT has assigned. The assignment gets an identity with the roles that it
    needs. May need an
    approval. 409 while the rule is stopped or waits for an approval, and where more than 100 VMs would
    be remediated
    without `confirm`.

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="PUT",
        path="/v1/protection-rules/{rule_id}/azure-policy".format(
            rule_id=quote(str(rule_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("Idempotency-Key", idempotency_key),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> JobRead:
    if response.status_code == 200:
        response_200 = JobRead.from_dict(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = JobRead.from_dict(response.json())

        return response_202

    raise unread(response)
