"""The DSSE envelope (Dead Simple Signing Envelope, version 1): what is signed, and how it is read. Pure.

    {"payload": base64 of the statement, "payloadType": "application/vnd.in-toto+json",
     "signatures": [{"keyid", "sig": base64}]}

Signed are the bytes of `pae(payloadType, payload)`, never the JSON around them. Reading is strict, so that no bit of an
envelope can change unnoticed: exactly these members, each once, one signature, base64 in its only spelling.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PAYLOAD_TYPE = "application/vnd.in-toto+json"
MEDIA_TYPE = "application/vnd.dsse+json"
LARGEST_BYTES = 1024 * 1024
"""Of a file that is read as an envelope or as a set of keys."""


class NotReadable(ValueError):
    """It is no envelope, or no set of keys. The message says why."""


@dataclass(frozen=True, slots=True)
class Envelope:
    payload: bytes
    key_id: str
    signature: bytes

    def as_json(self) -> dict[str, Any]:
        return {
            "payload": base64.b64encode(self.payload).decode(),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"keyid": self.key_id, "sig": base64.b64encode(self.signature).decode()}],
        }


def pae(payload: bytes, payload_type: str = PAYLOAD_TYPE) -> bytes:
    """DSSE's pre-authentication encoding: the bytes that are signed."""
    named = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(named), named, len(payload), payload)


def read_envelope(content: bytes) -> Envelope:
    """Raises NotReadable."""
    outer = members(read_json(content), {"payload", "payloadType", "signatures"}, "the envelope")
    if outer["payloadType"] != PAYLOAD_TYPE:
        raise NotReadable(f"its payloadType is not {PAYLOAD_TYPE}")
    signatures = outer["signatures"]
    if not isinstance(signatures, list) or len(signatures) != 1:
        raise NotReadable("it does not have exactly one signature")
    one = members(signatures[0], {"keyid", "sig"}, "the signature")
    if not isinstance(one["keyid"], str):
        raise NotReadable("its keyid is not a text")
    return Envelope(read_base64(outer["payload"], "payload"), one["keyid"], read_base64(one["sig"], "sig"))


def read_json(content: bytes) -> Any:
    """JSON in UTF-8 in which no object has a member twice. Raises NotReadable."""
    if len(content) > LARGEST_BYTES:
        raise NotReadable(f"it is larger than {LARGEST_BYTES} bytes")
    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except NotReadable:
        raise
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise NotReadable("it is not JSON in UTF-8") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotReadable("an object has a member twice")
    return found


def _no_constant(name: str) -> Any:
    raise NotReadable(f"{name} is not JSON")


def members(value: object, names: set[str], what: str) -> Mapping[str, Any]:
    """The object, which has exactly these members. Raises NotReadable."""
    if not isinstance(value, dict) or value.keys() != names:
        raise NotReadable(f"{what} does not have exactly the members {', '.join(sorted(names))}")
    return value


def read_base64(value: object, what: str, *, url_safe: bool = False) -> bytes:
    """The bytes, of the only text that means them. URL-safe base64 is without padding. Raises NotReadable."""
    encode = base64.urlsafe_b64encode if url_safe else base64.b64encode
    padding = "=" * (-len(value) % 4) if url_safe and isinstance(value, str) else ""
    try:
        found = base64.b64decode(f"{value}{padding}", altchars=b"-_" if url_safe else None, validate=True)
    except (binascii.Error, ValueError):
        raise NotReadable(f"its {what} is not base64") from None
    written = encode(found).decode()
    if value != (written.rstrip("=") if url_safe else written):
        raise NotReadable(f"its {what} is not base64 as it is written here")
    return found
