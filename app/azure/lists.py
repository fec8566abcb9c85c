"""A list of Azure: the entries that could be read, and those that could not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, overload

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An entry that is there and cannot be read. `id` and `name` as far as they could be."""

    id: str | None
    name: str | None
    reason: str

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "reason": self.reason}


@dataclass(frozen=True)
class Listed(Sequence[Entry], Generic[Entry]):
    """All pages of one list: a sequence of what could be read. With something `unreadable`, it proves no absence."""

    entries: tuple[Entry, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Entry]: ...
    def __getitem__(self, index: int | slice) -> Entry | Sequence[Entry]:
        return self.entries[index]

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)
