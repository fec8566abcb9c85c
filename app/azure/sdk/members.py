"""Reads single members of Azure's JSON. A required member that is missing or wrong raises; an optional one is None.

Azure leaves members out, or writes them as null, as another type or as text, depending on the api-version. So an object
is unreadable only if an essential member is.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from app.azure.sdk.formats import flag_or_none, time_or_none, whole_or_none

Json = Mapping[str, Any]

LARGEST: Final = 2**31 - 1
"""Maximum of a count. Our columns cannot store more, and Azure does not count so high."""
_UNWRITABLE: Final = re.compile("[\x00\ud800-\udfff]")
"""What JSON may carry and Postgres cannot keep: NUL, and halves of surrogate pairs."""


def cleaned(value: str) -> str:
    """The text with a replacement character for what cannot be kept."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", value)


def cleaned_json(value: Any) -> Any:
    """As `cleaned`, of every text in a JSON value."""
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, Mapping):
        return {cleaned(str(key)): cleaned_json(one) for key, one in value.items()}
    return [cleaned_json(one) for one in value] if isinstance(value, list | tuple) else value


def text(body: Json, key: str) -> str:
    """A text that must be there. Raises KeyError, TypeError."""
    value = body[key]
    if not isinstance(value, str) or not value:
        raise TypeError(f"{key} is {type(value).__name__ if value != '' else 'an empty text'}")
    return cleaned(value)


def text_or_none(body: Json, key: str) -> str | None:
    """None for an empty one, too."""
    value = body.get(key)
    return cleaned(value) if isinstance(value, str) and value else None


def count_or_none(body: Json, key: str) -> int | None:
    """A whole number of 0 or more, also where it is written as a text."""
    number = whole_or_none(body.get(key))
    return number if number is not None and 0 <= number <= LARGEST else None


def flag(body: Json, key: str) -> bool:
    """Whether it says yes."""
    return flag_or_none(body.get(key)) is True


def moment_or_none(body: Json, key: str) -> datetime | None:
    """An instant; None for "never", and for a text that is no time."""
    try:
        return time_or_none(body.get(key))
    except (ValueError, TypeError, OverflowError):
        return None


def objects(body: Json, key: str) -> Sequence[Json]:
    """The objects of a list; other values are skipped."""
    value = body.get(key)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []


def texts(body: Json, key: str) -> tuple[str, ...]:
    """The texts of a list; of a text alone, that one."""
    value = body.get(key)
    if isinstance(value, str):
        return (cleaned(value),)
    return tuple(cleaned(one) for one in value if isinstance(one, str)) if isinstance(value, list | tuple) else ()


def written(body: Json, key: str) -> str:
    """A text or a number as text; empty where there is neither."""
    value = body.get(key)
    return cleaned(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""
