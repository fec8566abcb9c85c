"""The in-toto Statement v1 of a restore test, and its canonical bytes. Pure.

    {"_type", "subject": [{"name", "digest": {"sha256"}, "annotations"}], "predicateType", "predicate"}

The subject is the recovery point that was tested; where no point was found or chosen, it is the VM. A point is no file
that could be hashed, so its digest is that of the canonical bytes of its `annotations`, which say which VM, vault and
point it is: anyone can compute it again.

Canonical bytes are UTF-8 JSON without white space, with the members of each object sorted by name. The hash of a
statement is SHA-256 of them, in lower-case hexadecimal digits.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
RESTORE_TEST = "urn:holdfast:predicate:restore-test:v1"
GENESIS = "0" * 64
"""The hash before the first statement of a tenant."""

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """A recovery point, by names that mean something outside Holdfast; of a test that found none, the VM."""

    vm_id: str
    """ARM id of the VM that was backed up."""
    vault_id: str
    """ARM id of the vault."""
    recovery_point_id: str | None
    recovery_point_time: str | None
    """RFC 3339, as Azure gave it."""

    def as_json(self) -> dict[str, Any]:
        annotations = {name: getattr(self, name) for name in self.__slots__}
        digest = {"sha256": digest_of(annotations)}
        name = f"recovery-point/{self.recovery_point_id}"
        if self.recovery_point_id is None:
            name = f"vm/{self.vm_id.rpartition('/')[2]}"
        return {"name": name, "digest": digest, "annotations": annotations}


@dataclass(frozen=True, slots=True)
class Link:
    """The place of a statement in the chain of its tenant."""

    tenant: str
    sequence: int
    """1 is the first."""
    previous: str
    """Hash of the statement before, or GENESIS."""

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def canonical(value: object) -> bytes:
    """Raises ValueError for what JSON cannot say, such as NaN, and for half a surrogate pair."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
    return text.encode()


def digest_of(value: object) -> str:
    return sha256(canonical(value)).hexdigest()


def hash_of(payload: bytes) -> str:
    """The hash of a statement's bytes, which the next one names."""
    return sha256(payload).hexdigest()


def statement_of(subject: Subject, facts: Json, link: Link) -> dict[str, Any]:
    """The statement: `facts` is the predicate but for `chain`."""
    return {
        "_type": STATEMENT_TYPE,
        "subject": [subject.as_json()],
        "predicateType": RESTORE_TEST,
        "predicate": {**facts, "chain": link.as_json()},
    }
