from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.mount_script_read import MountScriptRead
from ...types import UNSET, Unset


def get_mount_script(
    restore_id: UUID,
    *,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[MountScriptRead]:
    """Get the script that mounts files

    The script that mounts the files of the point on a machine, and its password.

    Read from Azure for each request, and stored nowhere. Linux: the script itself; Windows: the address
    of its tool. A
    session that has ended, also after 12 hours, is 409 `session_ended`.

    Roles: restorer, admin.
    """
    return Operation(
        method="GET",
        path="/v1/restores/{restore_id}/mount-script".format(
            restore_id=quote(str(restore_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> MountScriptRead:
    if response.status_code == 200:
        response_200 = MountScriptRead.from_dict(response.json())

        return response_200

    raise unread(response)
