from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.azure_alerts_read import AzureAlertsRead
from ...types import UNSET, Unset


def get_azure_alerts(
    vault_id: UUID,
    *,
    if_none_match: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[AzureAlertsRead | None]:
    """Get the Azure alerts of a vault

    What Holdfast has set up in Azure for this vault. The secret address of a receiver is never shown.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/vaults/{vault_id}/azure-alerts".format(
            vault_id=quote(str(vault_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-None-Match", if_none_match),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> AzureAlertsRead | None:
    if response.status_code == 200:
        response_200 = AzureAlertsRead.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        return None
    raise unread(response)
