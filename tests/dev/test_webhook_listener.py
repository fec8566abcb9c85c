"""The demo's receiver: what is signed is shown, what is not ends the demo."""

import io
import json
from datetime import UTC, datetime

import httpx
import pytest
import respx
from rich.console import Console
from standardwebhooks import Webhook

from app.dev.console import Screen
from app.dev.story import StoryFailed
from app.dev.webhook_listener import told_by_webhook

API = "http://api.test"
SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
BODY = '{"id": "1", "type": "holdfast.job.ended", "subject": "/v1/jobs/1", "time": "2026-01-31T10:00:00Z"}'


def post(url: str, secret: str) -> int:
    at = datetime.now(UTC)
    signature = Webhook(secret).sign("1", at, BODY)
    headers = {"webhook-id": "1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
    return httpx.post(url, content=BODY, headers=headers, trust_env=False).status_code


@pytest.mark.parametrize("is_ours", [True, False])
@respx.mock(assert_all_called=False)
def test_it_shows_what_came_and_whether_it_verifies(respx_mock: respx.MockRouter, is_ours: bool) -> None:  # noqa: FBT001
    respx_mock.route(host="127.0.0.1").pass_through()
    made = respx_mock.post(f"{API}/v1/webhooks").respond(201, json={"secret": SECRET})
    shown = io.StringIO()
    screen = Screen(Console(file=shown, width=200))

    def tell() -> None:
        with told_by_webhook(API, "token", screen, lambda: None):
            url = str(json.loads(made.calls[0].request.content)["url"])
            assert post(url, SECRET) == 204
            assert is_ours or post(url, "whsec_AAAA") == 401

    if not is_ours:
        with pytest.raises(StoryFailed, match="1 signatures did not verify"):
            tell()
        return
    tell()
    assert "1 events received, every signature verifies" in shown.getvalue()
    assert SECRET not in shown.getvalue()
