"""Answers about events."""

from pydantic import ConfigDict, Field

from app.core.http.pages import Page
from app.events.cloud_events import EXAMPLE, CloudEvent


class EventPage(Page[CloudEvent]):
    """One page of events, oldest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"items": [EXAMPLE], "next": None, "next_cursor": "WyJldmVudC1sb2ciLDQyLCIwZjdkMGYwZSJd"}]
        }
    )

    next: str | None = Field(description="The cursor of the next page; null: there are no more events now.")
    next_cursor: str = Field(description="Where to go on, now or later; always given.")
