"""Proves that a thing missing from a list is gone: Azure is asked for it alone, and only a 404 proves it.

A page may be lost, and even a complete, well-formed list may lack an entry. If its row were deleted, the thing would
later get a new row with another id, and the id that callers know would be a 404.
"""

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from app.azure.errors import AzureError, AzureNotFound, AzureRejected, AzureUnreadable, proves_absence

log = structlog.get_logger()

Asked = TypeVar("Asked")
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Proof(Generic[Asked, Thing]):
    """Azure's answers about things missing from a list. All but those in `gone` keep their rows."""

    there: tuple[Thing, ...] = ()
    gone: frozenset[Asked] = frozenset()
    kept: tuple[Asked, ...] = ()
    """Azure answered, and not that it is gone: refused, or unreadable."""
    untold: tuple[Asked, ...] = ()
    """Not read, or no answer: to be read another time."""

    @property
    def unproven(self) -> tuple[Asked, ...]:
        return self.kept + self.untold


async def prove(
    missing: Sequence[Asked], read: Callable[[Asked], Awaitable[Thing]], may_ask: Callable[[int], bool]
) -> Proof[Asked, Thing]:
    """One GET for each, until one gets no answer or `may_ask(number so far)` refuses. Never raises AzureError.

    In random order, so that a thing that can never be read does not keep the others from being read.
    """
    in_turn = random.sample(missing, len(missing))
    there: list[Thing] = []
    gone: set[Asked] = set()
    kept: list[Asked] = []
    for count, asked in enumerate(in_turn):
        if not may_ask(count):
            return Proof(tuple(there), frozenset(gone), tuple(kept), tuple(in_turn[count:]))
        try:
            there.append(await read(asked))
        except (AzureRejected, AzureUnreadable) as answer:
            if isinstance(answer, AzureNotFound) and proves_absence(answer):
                gone.add(asked)
            else:
                log.info("absence.kept", asked=str(asked), error=str(answer))
                kept.append(asked)
        except AzureError as error:
            log.info("absence.could_not_look", asked=str(asked), error=str(error))
            return Proof(tuple(there), frozenset(gone), tuple(kept), tuple(in_turn[count:]))
    return Proof(tuple(there), frozenset(gone), tuple(kept))
