from __future__ import annotations

import httpx

from ....operation import Operation, unread
from ...models.healthz_response_healthz import HealthzResponseHealthz


def healthz() -> Operation[HealthzResponseHealthz]:
    """Check that the process is alive

    The process is alive: it answers. Nothing else is looked at, not even the database.
    """
    return Operation(
        method="GET",
        path="/healthz",
        read=_read,
    )


def _read(response: httpx.Response) -> HealthzResponseHealthz:
    if response.status_code == 200:
        response_200 = HealthzResponseHealthz.from_dict(response.json())

        return response_200

    raise unread(response)
