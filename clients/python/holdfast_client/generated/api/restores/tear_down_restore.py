from __future__ import annotations

from typing import Any, Literal
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.job_read import JobRead
from ...models.restored_resources import RestoredResources
from ...models.write_body import WriteBody
from ...types import UNSET, Unset


def tear_down_restore(
    restore_id: UUID,
    *,
    body: None | Unset | WriteBody = UNSET,
    dry_run: bool | Unset = False,
    include: list[Literal["kept_disk"]] | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[JobRead | JobRead | RestoredResources]:
    """Delete what a restore made in Azure

    Delete what this restore made in Azure: the VM, its network interfaces and addresses, disks,
    snapshots.

    What was there before, belongs to others, or was changed by hand since is left; `result` says what,
    and why. It can
    be repeated: a second one finds what the first has left. May need an approval.

    Roles: restorer, admin.
    """
    _kwargs: dict[str, Any] = {}

    if isinstance(body, WriteBody):
        _kwargs["json"] = body.to_dict()
    else:
        _kwargs["json"] = body

    return Operation(
        method="DELETE",
        path="/v1/restores/{restore_id}/resources".format(
            restore_id=quote(str(restore_id), safe=""),
        ),
        read=_read,
        params=plain(
            ("dry_run", dry_run),
            ("include", include),
        ),
        headers=plain(
            ("Idempotency-Key", idempotency_key),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> JobRead | JobRead | RestoredResources:
    if response.status_code == 200:

        def _parse_response_200(data: object) -> JobRead | RestoredResources:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_200_type_0 = JobRead.from_dict(data)

                return response_200_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_200_type_1 = RestoredResources.from_dict(data)

            return response_200_type_1

        response_200 = _parse_response_200(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = JobRead.from_dict(response.json())

        return response_202

    raise unread(response)
