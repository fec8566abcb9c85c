from __future__ import annotations

from urllib.parse import quote

import httpx

from ....operation import Operation, plain, unread
from ...models.error_read import ErrorRead
from ...types import UNSET, Unset


def get_error(
    code: str,
    *,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[ErrorRead]:
    """Explain an error code

    What an error code of Azure means, in any letter case; also for one of Holdfast's types.

    Every caller with a valid token.
    """
    return Operation(
        method="GET",
        path="/v1/errors/{code}".format(
            code=quote(str(code), safe=""),
        ),
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> ErrorRead:
    if response.status_code == 200:
        response_200 = ErrorRead.from_dict(response.json())

        return response_200

    raise unread(response)
