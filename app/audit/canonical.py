"""The canonical bytes of an entry, which are hashed: always the same for the same entry. Pure.

Version 1, in the manner of RFC 8785 (JSON Canonicalization Scheme): UTF-8 without white space; the members of an object
sorted by their names (by code point), strings escaped no more than JSON demands. One difference: numbers keep the
digits that Postgres keeps (`1.00` is not `1.0`), because a double would round them, and an edit could hide in the
rounding.

    hash = SHA-256 of {"entry": {every column of the entry}, "previous": the hash before, "sealed_at", "seq", "tenant",
                       "version": 1}, in lower-case hexadecimal digits

Times are RFC 3339 in UTC with six digits of a second, ids lower-case, a missing value is null. The first link's
`previous` is 64 zeros. The tenant and the number are hashed too, so a link cannot be moved, and a chain cannot be moved
to another tenant. A new version may be added; entries are checked by the version their seal names, for as long as they
are kept.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Any

VERSION = 1
GENESIS = "0" * 64
"""The hash before the first link."""

Json = Mapping[str, Any]


class Digits(str):
    """A number, by the digits it is written with."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Seal:
    """One link of the chain. `hash` is computed by `sealed` from the other fields and the entry."""

    tenant: str
    seq: int
    entry_id: int
    version: int
    sealed_at: str
    previous: str
    hash: str = ""


def entry_of(row: Mapping[Any, Any]) -> dict[str, Any]:
    """An entry as JSON, from its columns; `details` as the text that Postgres writes."""
    return {
        "id": str(row["id"]),
        "tenant": row["tenant"],
        "at": written(row["at"]),
        "actor": {
            "issuer": row["actor_issuer"],
            "directory": row["actor_directory"],
            "object_id": row["actor_object_id"],
            "name": row["actor_name"],
        },
        "action": row["action"],
        "target": row["target"],
        "outcome": row["outcome"],
        "address": row["address"],
        "request_id": row["request_id"],
        "job_id": _id(row["job_id"]),
        "approval_id": _id(row["approval_id"]),
        "attempt_id": _id(row["attempt_id"]),
        "details": parsed(row["details"]),
    }


def written(at: datetime) -> str:
    """A time as it is hashed and shown."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def _id(value: object) -> str | None:
    return None if value is None else str(value)


def parsed(text: str) -> Any:
    """Parse JSON and keep the digits of numbers.

    Raises ValueError for invalid JSON and for a member that comes twice.
    """
    return json.loads(text, parse_float=Digits, parse_int=Digits, parse_constant=_refuse, object_pairs_hook=_once)


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        raise ValueError("a member is there twice")
    return found


def canonical(value: Any) -> bytes:
    """The bytes of a JSON value that are hashed and exported.

    Raises TypeError for a value that JSON cannot represent.
    """
    # Half a surrogate pair cannot come out of Postgres, only out of an edited file.
    return _text(value).encode("utf-8", "surrogatepass")


def _text(value: Any) -> str:
    if isinstance(value, Digits):
        return str(value)
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{encode_basestring(name)}:{_text(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_text, value)) + "]"
    raise TypeError(f"{type(value).__name__} is no JSON")


def hash_of(seal: Seal, entry: Json) -> str:
    """What the seal's hash must be. Raises ValueError for a version that this program does not know."""
    if seal.version != VERSION:
        raise ValueError(f"version {seal.version} of the canonical form is not known")
    content = {
        "version": seal.version,
        "tenant": seal.tenant,
        "seq": seal.seq,
        "previous": seal.previous,
        "sealed_at": seal.sealed_at,
        "entry": entry,
    }
    return sha256(canonical(content)).hexdigest()


def sealed(last: Seal | None, entry: Json, *, tenant: str, sealed_at: str) -> Seal:
    """The next link of the chain that ends with `last`."""
    seq, previous = (1, GENESIS) if last is None else (last.seq + 1, last.hash)
    seal = Seal(tenant, seq, int(entry["id"]), VERSION, sealed_at, previous)
    return replace(seal, hash=hash_of(seal, entry))
