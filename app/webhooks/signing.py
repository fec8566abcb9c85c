"""Signs a delivery by the library of Standard Webhooks (https://www.standardwebhooks.com). Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from standardwebhooks import Webhook

from app.core.secret_box import SecretBox

PREFIX = "whsec_"
SECRET_BYTES = 32
"""The specification wants 24 to 64."""


def secrets_of(webhook: Any, box: SecretBox, now: datetime) -> list[str]:
    """Those that sign at `now`, by the database's clock, the newest first. Raises SecretUnreadable.

    `webhook`: its columns `secret`, `previous_secret` and `previous_valid_until`.
    """
    kept, until = [webhook.secret], webhook.previous_valid_until
    if webhook.previous_secret is not None and until is not None and until > now:
        kept.append(webhook.previous_secret)
    return [box.decrypt(one) for one in kept]


def signed_headers(secrets: Sequence[str], event_id: str, at: datetime, body: str) -> Mapping[str, str]:
    """The three headers; a signature for each secret, so that a receiver with either of them verifies it.

    `at`: when it is sent, UTC. `body` is signed and sent as it is.
    """
    signatures = [Webhook(secret).sign(event_id, at, body) for secret in secrets]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
