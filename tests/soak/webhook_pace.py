"""The times of the soak of webhooks: those of production, so many times faster that hours pass in seconds."""

from dataclasses import replace

from app.webhooks.rules import Pace

TIMEOUT_SECONDS = 3.0
LEASE_SECONDS = 6.0
LONGEST_RETRY_SECONDS = 10.0


def paced(faster: float) -> Pace:
    return replace(
        Pace().scaled(faster), timeout=TIMEOUT_SECONDS, lease=LEASE_SECONDS, longest_retry=LONGEST_RETRY_SECONDS
    )
