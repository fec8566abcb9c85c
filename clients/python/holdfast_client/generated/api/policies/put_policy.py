from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.job_read import JobRead
from ...models.policy_diff import PolicyDiff
from ...models.policy_update import PolicyUpdate
from ...types import UNSET, Unset


def put_policy(
    policy_id: UUID,
    *,
    body: PolicyUpdate,
    dry_run: bool | Unset = False,
    if_match: str,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[JobRead | JobRead | PolicyDiff]:
    """Replace a policy

    Change a policy, for every item that follows it. Use `dry_run=true` first: a shorter retention
    deletes points.

    Refused if it was changed in Azure since it was read; the answer says what changed. Every version is
    kept.

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="PUT",
        path="/v1/policies/{policy_id}".format(
            policy_id=quote(str(policy_id), safe=""),
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


def _read(response: httpx.Response) -> JobRead | JobRead | PolicyDiff:
    if response.status_code == 200:

        def _parse_response_200(data: object) -> JobRead | PolicyDiff:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_200_type_0 = JobRead.from_dict(data)

                return response_200_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_200_type_1 = PolicyDiff.from_dict(data)

            return response_200_type_1

        response_200 = _parse_response_200(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = JobRead.from_dict(response.json())

        return response_202

    raise unread(response)
