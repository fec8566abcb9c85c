"""One entry of the error catalogue."""

from dataclasses import dataclass
from typing import Literal

Who = Literal["caller", "subscription_owner", "us"]
"""Who can do something about it: the caller, the owner of the VM's subscription, or the operators of Holdfast."""
Source = Literal["recorded", "documented", "reported", "assumed"]
"""How we know the reason: seen in recorded traffic; in Microsoft's published documentation; quoted by others in public
reports; or expected by us and not seen anywhere yet."""

TYPE_PREFIX = "urn:holdfast:azure:"


@dataclass(frozen=True, slots=True)
class Entry:
    """One reason. `slug` is stable; several codes may mean one thing.

    No codes: which one Azure refuses with is not known, and the reason is read in the words of its message (causes.py).
    """

    slug: str
    codes: tuple[str, ...]
    title: str
    cause: str
    remedy: str
    who: Who
    source: Source
    retryable: bool = False
    """Whether the same request may succeed later with nothing changed by anybody."""

    @property
    def type(self) -> str:
        return TYPE_PREFIX + self.slug
