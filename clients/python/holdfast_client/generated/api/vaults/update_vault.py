from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.job_read import JobRead
from ...models.vault_diff import VaultDiff
from ...models.vault_update import VaultUpdate
from ...types import UNSET, Unset


def update_vault(
    vault_id: UUID,
    *,
    body: VaultUpdate,
    dry_run: bool | Unset = False,
    if_match: str,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[JobRead | JobRead | VaultDiff]:
    """Change the settings of a vault

    Change settings of a vault. Refused, with what changed, when Azure has other settings than the
    version you read.

    A change that Azure's vault has already is a job too; it succeeds without sending anything. Use
    `dry_run=true`
    first: another redundancy, or cross-region restore, has another price.

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="PATCH",
        path="/v1/vaults/{vault_id}".format(
            vault_id=quote(str(vault_id), safe=""),
        ),
        read=_read,
        params=plain(
            ("dry_run", dry_run),
        ),
        headers=plain(
            ("If-Match", if_match),
            ("Idempotency-Key", idempotency_key),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> JobRead | JobRead | VaultDiff:
    if response.status_code == 200:

        def _parse_response_200(data: object) -> JobRead | VaultDiff:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_200_type_0 = JobRead.from_dict(data)

                return response_200_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_200_type_1 = VaultDiff.from_dict(data)

            return response_200_type_1

        response_200 = _parse_response_200(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = JobRead.from_dict(response.json())

        return response_202

    raise unread(response)
