from __future__ import annotations

import httpx

from ....operation import Operation, unread
from ...models.readyz_response_readyz import ReadyzResponseReadyz


def readyz() -> Operation[ReadyzResponseReadyz]:
    """Check that the process can serve

    The process can serve: its database answers, accepts writes, and belongs to this mode.
    """
    return Operation(
        method="GET",
        path="/readyz",
        read=_read,
    )


def _read(response: httpx.Response) -> ReadyzResponseReadyz:
    if response.status_code == 200:
        response_200 = ReadyzResponseReadyz.from_dict(response.json())

        return response_200

    raise unread(response)
