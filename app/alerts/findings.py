"""What a rule finds in an event: that something is wrong, or that it is well again. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.alerts.kinds import AlertKind, Severity
from app.core.events.models import Event


@dataclass(frozen=True, slots=True)
class Finding:
    """Opens an alert, adds to the open one of its key, or heals it. The same finding twice does what one does.

    `details` are shown to callers, so they hold no secrets. The alert keeps those of its newest finding.
    """

    kind: AlertKind
    key: str
    """The thing (an id: no slash), and where one thing has several causes a slash and the cause: there is at most one
    alert of a kind and key that is not resolved."""
    opens: bool
    """False: it is well again. Heals every alert of the kind whose key is this one, or begins with it and a `/`."""
    subject: str
    """The path of the resource in the API, such as `/v1/jobs/{id}`."""
    vm_id: str | None
    title: str
    """One line: what happened to what."""
    remedy: str
    """What to do now."""
    details: Mapping[str, Any]
    at: datetime
    """When it happened."""
    cause: str = ""
    """Azure's error code or the like. Many findings of one kind, cause and place are a storm, and one alert."""
    place: str = ""
    """What the storm is counted over: the id of a vault, for which the loop puts the vault's region. Empty: never a
    part of a storm."""
    severity: Severity | None = None
    """Where this one is graver or lighter than its kind; a rule of the tenant goes first."""
    times: int = 1
    """How often it happened, by this: the items of a mass deletion. 0: only the words are new."""
    is_worse: bool = False
    """An alert of its key that was announced before is announced again (board.py)."""


Rule = Callable[[Event], Sequence[Finding]]
"""What an event means for alerts. It reads the event only; registered by type in `event_rules.py`."""
