from __future__ import annotations

from urllib.parse import quote

import httpx

from ....operation import Operation, unread


def receive_azure_alert(
    token: str,
) -> Operation[None]:
    """Receive a call of an Azure action group

    Where an action group calls. An alert of the vault makes Holdfast look at it early; no state comes
    of it.

    The answer does not depend on the body.
    """
    return Operation(
        method="POST",
        path="/v1/azure-alerts/receive/{token}".format(
            token=quote(str(token), safe=""),
        ),
        read=_read,
    )


def _read(response: httpx.Response) -> None:
    if response.status_code == 204:
        return None
    raise unread(response)
