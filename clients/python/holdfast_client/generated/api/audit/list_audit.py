from __future__ import annotations

import datetime
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.audit_entry_page import AuditEntryPage
from ...models.list_audit_outcome import ListAuditOutcome
from ...types import UNSET, Unset


def list_audit(
    *,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    actor: str | Unset = UNSET,
    action: str | Unset = UNSET,
    target: str | Unset = UNSET,
    job_id: UUID | Unset = UNSET,
    outcome: ListAuditOutcome | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[AuditEntryPage]:
    """List the audit trail of a tenant

    Who changed what in this tenant, and whose requests were refused. Newest first.

    Roles: admin.
    """
    return Operation(
        method="GET",
        path="/v1/audit",
        read=_read,
        params=plain(
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
            ("actor", actor),
            ("action", action),
            ("target", target),
            ("job_id", job_id),
            ("outcome", outcome),
            ("since", since),
            ("until", until),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> AuditEntryPage:
    if response.status_code == 200:
        response_200 = AuditEntryPage.from_dict(response.json())

        return response_200

    raise unread(response)
