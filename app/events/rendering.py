"""Which renderer makes the `data` of which event: what callers see of the resource, as a GET answers it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import BaseModel

from app.core.events.models import Event
from app.identity.access.permissions import Permission

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Rendering:
    """How the events of one kind are told."""

    model: type[BaseModel]
    """The form of their `data`, for the OpenAPI document."""
    of: Callable[[Event], BaseModel]
    """The `data` of one event, from what it kept of the row. No secrets, and nothing that depends on the time of
    asking: an event is the same however often it is told."""
    guarded: str | None = None
    """A member of `data` that not every reader of events sees: null for the others."""
    permission: Permission | None = None
    """What a caller needs to see it. A webhook gets it if it names the type."""


@dataclass(frozen=True, slots=True)
class Renderings:
    """Of all events. The type goes before the kind of the resource."""

    by_kind: Mapping[str, Rendering]
    by_type: Mapping[str, Rendering]

    def find(self, type_: str, kind: str) -> Rendering | None:
        """None: of an event that only a newer version knows."""
        return self.by_type.get(type_) or self.by_kind.get(kind)

    def guards(self, event: Event) -> Permission | None:
        """What is needed to see all of the event; None: every reader of events does."""
        rendering = self.find(event.type, event.resource_kind)
        return rendering.permission if rendering is not None else None

    def data_of(self, event: Event, *, is_whole: bool) -> dict[str, Any] | None:
        """As JSON; `is_whole`: with what is guarded.

        None where this version cannot read the event. One such event must not stop those behind it.
        """
        rendering = self.find(event.type, event.resource_kind)
        if rendering is None:
            return None
        try:
            data = rendering.of(event).model_dump(mode="json")
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            # Without the text of the error, which would quote the row.
            log.error(  # noqa: TRY400
                "event.not_rendered", event_id=str(event.id), type=event.type, error=type(error).__name__
            )
            return None
        if rendering.guarded is not None and not is_whole:
            data[rendering.guarded] = None
        return data
