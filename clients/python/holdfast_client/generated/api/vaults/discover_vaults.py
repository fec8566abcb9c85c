from __future__ import annotations

from typing import Any

import httpx

from ....operation import Operation, plain, unread
from ...models.found_vaults import FoundVaults
from ...models.vault_discover import VaultDiscover
from ...types import UNSET, Unset


def discover_vaults(
    *,
    body: VaultDiscover,
    idempotency_key: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[FoundVaults]:
    """Find the vaults of a subscription, and adopt them

    List the vaults of a subscription, live, and adopt those that are not managed here if requested.

    With this a lost database can be rebuilt from Azure. Vaults outside the tenant's grants are not
    shown.

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/vaults/discover",
        read=_read,
        headers=plain(
            ("Idempotency-Key", idempotency_key),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> FoundVaults:
    if response.status_code == 200:
        response_200 = FoundVaults.from_dict(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = FoundVaults.from_dict(response.json())

        return response_202

    raise unread(response)
