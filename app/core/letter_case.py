"""Compares Azure's names: letter case is ignored.

`str.lower` is not that rule. It makes the kelvin sign a k and the last sigma of a word another sigma, so two groups
would be one, or one group two. Here a capital has a small letter only where each is the other's; the dotted capital I,
which has none, is written as Unicode's lower case writes it (i and a dot), so that both spellings are one.
"""

from functools import lru_cache
from typing import Final

_DOTTED_I: Final = "\u0130"


def fold_case(text: str) -> str:
    """One spelling for all letter cases of a name. Folding twice changes nothing more."""
    return text.lower() if text.isascii() else "".join(map(_small, text))


@lru_cache(maxsize=4096)
def _small(letter: str) -> str:
    small = letter.lower()
    return small if letter == _DOTTED_I or small.upper() == letter else letter
