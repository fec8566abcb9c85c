"""Whether an envelope is authentic, and what it states. Pure: no database, no network."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature

from app.evidence.envelope import NotReadable, members, pae, read_envelope, read_json
from app.evidence.keys import read_keys
from app.evidence.statement import GENESIS, STATEMENT_TYPE, canonical, digest_of, hash_of


class NotAuthentic(Exception):
    """The evidence was changed, or is not signed by one of these keys. The message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A statement that is signed by the key of this id."""

    statement: dict[str, Any]
    key_id: str
    hash: str

    @property
    def chain(self) -> dict[str, Any]:
        found: dict[str, Any] = self.statement["predicate"]["chain"]
        return found


def verify(envelope: bytes, keys: bytes) -> Verified:
    """Verify one envelope. Raises NotAuthentic."""
    try:
        known = read_keys(keys)
    except NotReadable as error:
        raise NotAuthentic(f"the keys: {error}") from None
    try:
        read = read_envelope(envelope)
        if read.key_id not in known:
            raise NotReadable(f"no key of the set has the id {read.key_id}")
        known[read.key_id].verify(read.signature, pae(read.payload))
        statement = _statement(read.payload)
    except NotReadable as error:
        raise NotAuthentic(str(error)) from None
    except InvalidSignature:
        raise NotAuthentic("its signature is not that of its key") from None
    return Verified(statement, read.key_id, hash_of(read.payload))


def _statement(payload: bytes) -> dict[str, Any]:
    found = members(read_json(payload), {"_type", "subject", "predicateType", "predicate"}, "the statement")
    if found["_type"] != STATEMENT_TYPE or canonical(found) != payload:
        raise NotReadable("its payload is no in-toto statement in canonical form")
    subjects, predicate = found["subject"], found["predicate"]
    if not (isinstance(subjects, list) and subjects and isinstance(predicate, dict)):
        raise NotReadable("its statement has no subject or no predicate")
    for subject in subjects:
        one = members(subject, {"name", "digest", "annotations"}, "a subject")
        if one["digest"] != {"sha256": digest_of(one["annotations"])}:
            raise NotReadable("the digest of a subject is not that of its annotations")
    members(predicate.get("chain"), {"tenant", "sequence", "previous"}, "the chain")
    return dict(found)


def check_chain(verified: Sequence[Verified]) -> None:
    """Whether statements of one tenant, in this order, follow each other without a gap. Raises NotAuthentic."""
    before: Verified | None = None
    for one in verified:
        link = one.chain
        if link["sequence"] == 1 and link["previous"] != GENESIS:
            raise NotAuthentic("the first statement names one before it")
        if before is not None:
            was = before.chain
            if (link["tenant"], link["sequence"]) != (was["tenant"], was["sequence"] + 1):
                raise NotAuthentic(f"statement {link['sequence']} does not follow statement {was['sequence']}")
            if link["previous"] != before.hash:
                raise NotAuthentic(f"statement {link['sequence']} names another one before it")
        before = one
