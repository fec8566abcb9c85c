from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, unread
from ...models.restore_test_verdict_put import RestoreTestVerdictPut


def put_restore_test_verdict(
    test_run_id: UUID,
    *,
    body: RestoreTestVerdictPut,
) -> Operation[None]:
    """Report the verdict of your own check

    The verdict of your own check. The bearer token is that of the event `restore_test.check_requested`.

    The first verdict counts; the same one again is 204, too.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="PUT",
        path="/v1/restore-test-runs/{test_run_id}/verdict".format(
            test_run_id=quote(str(test_run_id), safe=""),
        ),
        read=_read,
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> None:
    if response.status_code == 204:
        return None
    raise unread(response)
