from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.policy_revision_page import PolicyRevisionPage
from ...types import UNSET, Unset


def list_policy_revisions(
    policy_id: UUID,
    *,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[PolicyRevisionPage]:
    """List the revisions of a policy

    Every version of a policy that Azure had, newest first, and who requested it.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/policies/{policy_id}/revisions".format(
            policy_id=quote(str(policy_id), safe=""),
        ),
        read=_read,
        params=plain(
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> PolicyRevisionPage:
    if response.status_code == 200:
        response_200 = PolicyRevisionPage.from_dict(response.json())

        return response_200

    raise unread(response)
