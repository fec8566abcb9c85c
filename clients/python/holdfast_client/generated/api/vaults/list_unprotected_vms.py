from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.unprotected_vm_live_page import UnprotectedVmLivePage
from ...types import UNSET, Unset


def list_unprotected_vms(
    vault_id: UUID,
    *,
    refresh: bool | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[UnprotectedVmLivePage]:
    """List the VMs a vault could protect

    The VMs of the vault's region and subscription that are not protected, read live from Azure.

    VMs outside the tenant's grants are not shown.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/vaults/{vault_id}/unprotected-vms".format(
            vault_id=quote(str(vault_id), safe=""),
        ),
        read=_read,
        params=plain(
            ("refresh", refresh),
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> UnprotectedVmLivePage:
    if response.status_code == 200:
        response_200 = UnprotectedVmLivePage.from_dict(response.json())

        return response_200

    raise unread(response)
