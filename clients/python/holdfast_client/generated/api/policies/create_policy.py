from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.job_read import JobRead
from ...models.policy_create import PolicyCreate
from ...types import UNSET, Unset


def create_policy(
    vault_id: UUID,
    *,
    body: PolicyCreate,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[JobRead]:
    """Create a backup policy

    Create a policy. It is validated before it is sent to Azure.

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/vaults/{vault_id}/policies".format(
            vault_id=quote(str(vault_id), safe=""),
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
