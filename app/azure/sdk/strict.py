"""Reads members of Azure's JSON of which "not there" means "none": absent and null are none, what is odd raises.

For answers that decide what may be deleted, or what a network reaches: there a disk, a holder or a rule that cannot be
read must not count as absent. Everything raises LookupError or TypeError. `members` reads what may be left out.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from app.azure.sdk import members
from app.azure.sdk.translate import Json, word

T = TypeVar("T")


def properties(body: Json) -> Json:
    """They must be there: an answer without them says nothing of what it is about."""
    found = object_or_none(body, "properties")
    if found is None:
        raise TypeError("it has no properties")
    return found


def object_or_none(body: Json, key: str) -> Json | None:
    value = body.get(key)
    if value is not None and not isinstance(value, Mapping):
        raise TypeError(f"{key} is {type(value).__name__}")
    return value


def objects(body: Json, key: str) -> tuple[Json, ...]:
    """The objects of a list that must be there."""
    value = body.get(key)
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise TypeError(f"{key} is no list of objects")
    return tuple(value)


def id_of(body: Json, key: str) -> str | None:
    """The id of the object under a key."""
    found = object_or_none(body, key)
    return None if found is None else members.text(found, "id")


def text_or_none(body: Json, key: str) -> str | None:
    """Azure writes an empty text for none, too."""
    value = body.get(key)
    return None if value is None or value == "" else members.text(body, key)


def texts(body: Json, key: str) -> tuple[str, ...]:
    """The texts of a list, or a text alone; empty ones are left out."""
    value = body.get(key)
    if isinstance(value, list):
        odd = not all(isinstance(one, str) for one in value)
    else:
        odd = value is not None and not isinstance(value, str)
    if odd:
        raise TypeError(f"{key} is no list of texts")
    return tuple(one for one in members.texts(body, key) if one)


def known(table: Mapping[str, T], body: Json, key: str) -> T:
    """Our word for Azure's, which must be there."""
    found = word(table, body.get(key))
    if found is None:
        raise LookupError(f"{key} is a word that is not known")
    return found


def every(value: Any, read: Callable[[Json], T]) -> tuple[T, ...] | None:
    """All entries of a list, or None: what one odd entry hides must not count as absent."""
    if not isinstance(value, list):
        return None
    try:
        return tuple(read(one) for one in value)
    except (LookupError, TypeError, ValueError, AttributeError):
        return None
