"""The place of a reader in the log of events. Pure."""

from dataclasses import dataclass

from app.core.http.pages import CursorNotValid, decode_cursor, encode_cursor, number_key

OF = "event-log"
TAG_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Stand:
    """After which event. As a cursor it is opaque to callers."""

    position: int
    tag: str
    """The first characters of the event's id: a database that was set back gives its position to another event. Empty:
    at no event, before the first one that is kept."""

    @property
    def cursor(self) -> str:
        return encode_cursor(OF, self.position, self.tag)


def read_cursor(cursor: str, *, pointer: str) -> Stand:
    """Raises CursorNotValid."""
    try:
        position, tag = decode_cursor(cursor, OF, 2) or ("", "")
        return Stand(number_key(position), tag[:TAG_LENGTH])
    except CursorNotValid:
        raise CursorNotValid(
            "This cursor was not made by the list of events.",
            pointer=pointer,
            remedy="Pass `next_cursor` of a page, or the id of an event of a stream, as it is; or leave it out.",
        ) from None
