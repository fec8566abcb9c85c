from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...models.evidence_keys_read import EvidenceKeysRead
from ...types import UNSET, Unset


def list_evidence_keys(
    *,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[EvidenceKeysRead]:
    """List the public keys of evidence

    The public keys of evidence, as a JWK set. Save it with the evidence: both verify without Holdfast.

    A key stays in the set when it signs no more.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/evidence/keys",
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> EvidenceKeysRead:
    if response.status_code == 200:
        response_200 = EvidenceKeysRead.from_dict(response.json())

        return response_200

    raise unread(response)
