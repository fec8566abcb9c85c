"""Sizes in Azure's words, such as "11394 MB" of a backup or "1.5 GB" of a transfer; a unit is 1,024 of the one below.

Only MB and GB were seen; the others are what a small or a very large disk would need.
"""

import re
from typing import Final

_POWERS: Final = {"B": 0, "KB": 10, "MB": 20, "GB": 30, "TB": 40}
_SIZE: Final = re.compile(r"\s*(\d{1,15}(?:\.\d{1,6})?)\s*(B|KB|MB|GB|TB)\s*", re.IGNORECASE)


def bytes_of(size: str) -> int | None:
    """None where it is written otherwise."""
    found = _SIZE.fullmatch(size)
    return in_bytes(found[1], found[2]) if found is not None else None


def in_bytes(amount: str, unit: str) -> int | None:
    """The same in two words. None for a number as another locale writes it: not shown rather than misread."""
    try:
        return round(float(amount) * (1 << _POWERS[unit.upper()]))
    except ValueError:
        return None
