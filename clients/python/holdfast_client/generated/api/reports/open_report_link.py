from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread


def open_report_link(
    *,
    link: str,
) -> Operation[str]:
    """Open a report by its link

    The page of one report. A link that has not ended is enough; no token is asked for.
    """
    return Operation(
        method="GET",
        path="/reports/daily",
        read=_read,
        params=plain(
            ("link", link),
        ),
    )


def _read(response: httpx.Response) -> str:
    if response.status_code == 200:
        response_200 = response.text
        return response_200

    raise unread(response)
