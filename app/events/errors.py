"""Problems of requests about events."""

from app.core.errors import Gone, TooManyRequests, Unprocessable


class EventTypeUnknown(Unprocessable):
    """There is no such type of events."""

    code = "event_type_unknown"


class EventSubjectUnknown(Unprocessable):
    """There are no events about this."""

    code = "event_subject_unknown"


class CursorExpired(Gone):
    """The log of events does not go back to this cursor any more."""

    code = "cursor_expired"


class TooManyStreams(TooManyRequests):
    """Too many streams of events are open."""

    code = "too_many_streams"
