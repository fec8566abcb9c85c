from __future__ import annotations

from typing import Any

import httpx

from ....operation import Operation, plain, unread
from ...models.bulk_accepted import BulkAccepted
from ...models.bulk_create import BulkCreate
from ...models.bulk_dry_run import BulkDryRun
from ...types import UNSET, Unset


def create_bulk(
    *,
    body: BulkCreate,
    dry_run: bool | Unset = False,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[BulkAccepted | BulkAccepted | BulkDryRun]:
    """Act on many VMs at once

    One action for many VMs. Send an Idempotency-Key: then a repeated request is the same one, as a
    whole.

    Its job leads a job for each target, `max_in_flight` at a time; GET /v1/bulk/{job_id}/targets shows
    what became of
    each. Targets do not depend on each other. Cancel the job to stop what has not begun. If a second
    person must agree,
    one approval covers all targets, as they were when this was accepted. The body may have up to 320
    KiB.
    With `confirm` it is refused (409 `bulk_targets_changed`) if it means other targets than the dry run
    showed.

    Roles: operator, admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/bulk",
        read=_read,
        params=plain(
            ("dry_run", dry_run),
        ),
        headers=plain(
            ("Idempotency-Key", idempotency_key),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> BulkAccepted | BulkAccepted | BulkDryRun:
    if response.status_code == 200:

        def _parse_response_200(data: object) -> BulkAccepted | BulkDryRun:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_200_type_0 = BulkAccepted.from_dict(data)

                return response_200_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_200_type_1 = BulkDryRun.from_dict(data)

            return response_200_type_1

        response_200 = _parse_response_200(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = BulkAccepted.from_dict(response.json())

        return response_202

    raise unread(response)
