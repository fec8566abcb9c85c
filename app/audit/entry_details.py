"""Shortens details that are too large for an entry; large members are replaced by their hash. Pure.

Details of at most MAX_DETAILS bytes are kept as they are. Of larger ones the small members are kept, at every depth,
and each large one is replaced by what identifies it:

    {"sha256": "<64 hexadecimal digits>", "bytes": <length>}

of the member as canonical JSON (canonical.py). Anyone who still has the value can prove with it that it is the same.
Padding cannot hide the other parts of a request: an entry with a digest for `tags` still shows `immutability`.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from app.audit.canonical import canonical, parsed

MAX_DETAILS = 4096
"""Maximum size of an entry's details, in bytes of JSON; without the part that is stored at any size (`trail.record`:
`always`)."""
DIGEST_BYTES = 128
"""More than a digest takes, with a name before it."""


def fitted(details: Mapping[str, Any]) -> dict[str, Any]:
    """The details, or as much of them as fits. `details`: JSON."""
    if size_of(details) <= MAX_DETAILS:
        return dict(details)
    return _shrunk(details, MAX_DETAILS)


def size_of(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def digest(value: Any) -> dict[str, Any]:
    """What identifies a JSON value that is not kept."""
    written = canonical(parsed(json.dumps(value)))
    return {"sha256": sha256(written).hexdigest(), "bytes": len(written)}


def _shrunk(details: Mapping[str, Any], room: int) -> dict[str, Any]:
    """The small members first, so that what they leave of their share is there for the larger ones."""
    kept: dict[str, Any] = {}
    sizes = sorted((size_of(value) + len(name.encode()) + 6, name) for name, value in details.items())
    for number, (size, name) in enumerate(sizes):
        share = room // (len(sizes) - number)
        kept[name] = details[name] if size <= share else _smaller(details[name], share - len(name.encode()) - 6)
        room -= size_of(kept[name]) + len(name.encode()) + 6
    return {name: kept[name] for name in details}


def _smaller(value: Any, room: int) -> Any:
    """A digest needs space too: if there are too many members for one digest each, the whole object gets one."""
    if isinstance(value, Mapping) and 0 < len(value) * DIGEST_BYTES <= room:
        return _shrunk(value, room)
    return digest(value)
