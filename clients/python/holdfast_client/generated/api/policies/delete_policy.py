from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.job_read import JobRead
from ...models.write_body import WriteBody
from ...types import UNSET, Unset


def delete_policy(
    policy_id: UUID,
    *,
    body: None | Unset | WriteBody = UNSET,
    if_match: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[JobRead]:
    """Delete an unused policy

    Delete a policy that no item follows, also one that Azure created. If items follow it: 409, which
    names them.

    409 too while Holdfast has Azure Policy protect VMs by it.

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}

    if isinstance(body, WriteBody):
        _kwargs["json"] = body.to_dict()
    else:
        _kwargs["json"] = body

    return Operation(
        method="DELETE",
        path="/v1/policies/{policy_id}".format(
            policy_id=quote(str(policy_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-Match", if_match),
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
