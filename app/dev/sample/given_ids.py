"""Ids that the next request gets, in place of new ones: in this process, and only for what the block itself asks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

import uuid_utils.compat as uuids

_GIVEN: ContextVar[list[str] | None] = ContextVar("given", default=None)


@contextmanager
def ids_can_be_given() -> Iterator[None]:
    """Within the block, `given_ids` has an effect. Everything that makes an id calls `uuids.uuid7`."""
    usual: Callable[[], UUID] = uuids.uuid7

    def next_id() -> UUID:
        given = _GIVEN.get()
        return UUID(given.pop(0)) if given else usual()

    vars(uuids)["uuid7"] = next_id
    try:
        yield
    finally:
        vars(uuids)["uuid7"] = usual


@contextmanager
def given_ids(*ids: str) -> Iterator[None]:
    """The first ids that are made in this block are these. Raises RuntimeError if not all of them were used."""
    left = list(ids)
    token = _GIVEN.set(left)
    try:
        yield
    finally:
        _GIVEN.reset(token)
    if left:
        raise RuntimeError(f"ids were not used: {', '.join(left)}")
