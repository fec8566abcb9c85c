"""Which events a webhook wants. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core.events.models import Event
from app.events.filters import EventFilter

ALERTS = "holdfast.alert."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a webhook asked for."""

    id: UUID
    only: EventFilter

    @classmethod
    def of(cls, webhook_id: UUID, types: Sequence[str], conditions: Mapping[str, Any]) -> "Wanted":
        """Of the columns of a webhook."""
        vault, label = conditions.get("vault_id"), conditions.get("label")
        key, _, value = (label or "").partition("=")
        only = EventFilter(tuple(types), None, (key, value) if label else None, UUID(vault) if vault else None)
        return cls(webhook_id, only)

    def takes(self, event: Event) -> bool:
        """Whether this event is delivered: also an alert whose rule names this webhook (`webhook_ids`), of any type."""
        if event.type.startswith(ALERTS) and str(self.id) in (event.data.get("webhook_ids") or ()):
            return True
        return self.only.takes(event)
