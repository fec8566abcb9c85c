from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...models.error_catalogue import ErrorCatalogue
from ...types import UNSET, Unset


def list_errors(
    *,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[ErrorCatalogue]:
    """List Azure's error codes, explained

    Every error code of Azure that Holdfast can explain, in one answer; it changes only with a release.

    Every caller with a valid token.
    """
    return Operation(
        method="GET",
        path="/v1/errors",
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> ErrorCatalogue:
    if response.status_code == 200:
        response_200 = ErrorCatalogue.from_dict(response.json())

        return response_200

    raise unread(response)
