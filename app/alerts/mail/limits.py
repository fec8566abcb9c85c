"""How often a mail is tried, and how many an hour one address gets. Pure."""

from datetime import timedelta
from enum import StrEnum


class MailState(StrEnum):
    """The life of a mail."""

    PENDING = "pending"
    """Not taken by the mail server yet; tried again when it is due."""
    SENT = "sent"
    """The mail server took it. Whether it arrived is not known."""
    FAILED = "failed"
    """The mail server refused it for good, or it was tried too often."""
    FOLDED = "folded"
    """The address got too many in an hour: one later mail names it with others."""


PER_HOUR = 20
"""Mails that one address of a tenant gets within an hour; what is more waits, and is sent as one."""
HOUR = timedelta(hours=1)
MAX_TRIES = 12
FOLDED_LINES = 200
_FIRST, _LONGEST = timedelta(seconds=15), timedelta(hours=1)


def pause_after(tries: int) -> timedelta:
    """Until the next try: doubled each time, at most an hour; some six hours together."""
    return min(_FIRST * (1 << min(tries, 16)), _LONGEST)


def is_over_limit(sent_within_hour: int) -> bool:
    return sent_within_hour >= PER_HOUR


def folded(subjects: list[str]) -> tuple[str, str]:
    """(subject, text) of the one mail in place of these."""
    shown = subjects[:FOLDED_LINES]
    more = [f"... and {len(subjects) - len(shown)} more"] if len(subjects) > len(shown) else []
    why = f"More than {PER_HOUR} mails were due to this address within an hour. The others are these:"
    return f"[Holdfast] {len(subjects)} alerts", "\n".join([why, "", *shown, *more, "", "All of them: /v1/alerts"])
