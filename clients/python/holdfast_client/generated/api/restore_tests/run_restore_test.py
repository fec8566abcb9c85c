from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.job_read import JobRead
from ...models.restore_test_round_create import RestoreTestRoundCreate
from ...types import UNSET, Unset


def run_restore_test(
    test_id: UUID,
    *,
    body: None | RestoreTestRoundCreate | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[JobRead]:
    """Run a restore test now

    Test now: one round, whose job has a run for each VM (GET /v1/restore-test-runs?job=...).

    In a tenant that wants a second person for restores the approval of a round holds for the
    definition: its schedule
    then needs no other, while it is not changed.

    Roles: restorer, admin.
    """
    _kwargs: dict[str, Any] = {}

    if isinstance(body, RestoreTestRoundCreate):
        _kwargs["json"] = body.to_dict()
    else:
        _kwargs["json"] = body

    return Operation(
        method="POST",
        path="/v1/restore-tests/{test_id}/runs".format(
            test_id=quote(str(test_id), safe=""),
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
