from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.restored_resources import RestoredResources
from ...types import UNSET, Unset


def list_restored_resources(
    restore_id: UUID,
    *,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[RestoredResources]:
    """List what a restore made in Azure

    What the restore made in Azure, as it is now, and what of it a tear-down would delete.

    Each resource is read from Azure. Blobs in the staging account are listed as left, with the command
    that deletes
    them.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/restores/{restore_id}/resources".format(
            restore_id=quote(str(restore_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> RestoredResources:
    if response.status_code == 200:
        response_200 = RestoredResources.from_dict(response.json())

        return response_200

    raise unread(response)
