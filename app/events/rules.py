"""Which form of the events a caller asks for. Pure."""

import re

STREAM = "text/event-stream"
_QUALITY = re.compile(r"\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", re.IGNORECASE)


def wants_stream(accept: str | None) -> bool:
    """Whether the header Accept (RFC 9110 section 12.5.1) names the stream, and prefers it to JSON. Not for `*/*`."""
    named = {"application/json": 0.0, STREAM: 0.0}
    for part in (accept or "").split(","):
        media, *parameters = part.split(";")
        name = media.strip().lower()
        if name in named:
            said = [float(match[1]) for one in parameters if (match := _QUALITY.fullmatch(one))]
            named[name] = said[0] if said else 1.0
    return named[STREAM] > named["application/json"]
