from __future__ import annotations

import httpx

from ....operation import Operation, unread


def metrics() -> Operation[str]:
    """Get metrics for Prometheus

    What this process counts and measures, in the text format of Prometheus. docs/operating.md lists it.
    """
    return Operation(
        method="GET",
        path="/metrics",
        read=_read,
    )


def _read(response: httpx.Response) -> str:
    if response.status_code == 200:
        response_200 = response.text
        return response_200

    raise unread(response)
