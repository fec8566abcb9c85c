"""Which events are wanted: by type, subject, label and vault. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.core.events.models import Event
from app.core.events.types import PATHS, EventType, ResourceKind
from app.events.errors import EventSubjectUnknown, EventTypeUnknown

EVERY_TYPE = "*"
_PATTERN = re.compile(r"\*|[a-z][a-z_]*(\.[a-z_]+)*(\.\*)?")


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about. Drift and reports are found in their lists: all of a kind, where `id` is None."""

    kind: ResourceKind
    id: str | None


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events; each part that is None or empty takes all. An event must meet every part."""

    types: tuple[str, ...] = ()
    """Any of these: a type, all types below a name (`holdfast.job.*`), or all (`*`). Checked by `check_types`."""
    subject: Subject | None = None
    label: tuple[str, str] | None = None
    """Of the job, or of the job that an approval is for: no other event has labels."""
    vault_id: UUID | None = None

    @property
    def takes_all(self) -> bool:
        return self == EventFilter() or self == EventFilter(types=(EVERY_TYPE,))

    def takes(self, event: Event) -> bool:
        return (
            (not self.types or any(is_of_type(pattern, event.type) for pattern in self.types))
            and (self.subject is None or _is_about(self.subject, event))
            and (self.label is None or (event.labels or {}).get(self.label[0]) == self.label[1])
            and (self.vault_id is None or event.vault_id == self.vault_id)
        )


def is_of_type(pattern: str, type_: str) -> bool:
    """Whether this type is the one, or one of those, that the pattern names."""
    if pattern.endswith("*"):
        return type_.startswith(pattern[:-1])
    return type_ == pattern


def _is_about(subject: Subject, event: Event) -> bool:
    return event.resource_kind == subject.kind and (subject.id is None or event.resource_id == subject.id)


def check_types(patterns: Sequence[str], *, pointer: str, known: Iterable[str] = tuple(EventType)) -> tuple[str, ...]:
    """The patterns, each once. Raises EventTypeUnknown for one that names no type: it would wait for ever."""
    types = tuple(known)
    for pattern in patterns:
        if not _PATTERN.fullmatch(pattern) or not any(is_of_type(pattern, one) for one in types):
            raise EventTypeUnknown(
                f"{pattern[:100]!r} is no type of events.",
                pointer=pointer,
                remedy="Name a type, all types below a name such as holdfast.job.*, or *. There are: "
                f"{', '.join(types)}.",
            )
    return tuple(dict.fromkeys(patterns))


def read_subject(path: str, *, pointer: str) -> Subject:
    """The resource of a path of this API, as `subject` of an event says it. Raises EventSubjectUnknown."""
    for kind, form in PATHS.items():
        before, holds_id, after = form.partition("{id}")
        if not holds_id and path == form:
            return Subject(kind, None)
        found = path[len(before) : len(path) - len(after)]
        if holds_id and path == f"{before}{found}{after}" and found and "/" not in found and "\0" not in found:
            return Subject(kind, found.lower())
    raise EventSubjectUnknown(
        f"{path[:200]!r} is no path of something that events are about.",
        pointer=pointer,
        remedy=f"Use `subject` of an event, or one of {', '.join(PATHS.values())}.",
    )
