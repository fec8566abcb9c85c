"""Evidence verifies offline, here and by others' tools, and no bit of it changes unnoticed."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope as ForeignEnvelope
from securesystemslib.signer._key import SSlibKey

from app.evidence import commands
from app.evidence.envelope import LARGEST_BYTES, pae
from app.evidence.keys import EvidenceKeys, jwk_of, key_id_of, new_key
from app.evidence.statement import GENESIS, canonical, digest_of, hash_of
from app.evidence.verification import NotAuthentic, check_chain, verify
from tests.evidence.offline_verifier import SCRIPT, offline_verifier
from tests.evidence.statements import FACTS, KEY, KEY_FILE, KEYS, OLDER, SUBJECT, signed, written

FILE = written(signed())


@pytest.fixture(scope="module")
def script() -> ModuleType:
    return offline_verifier()


def test_what_is_signed_is_what_is_read() -> None:
    verified = verify(FILE, KEY_FILE)
    assert verified.key_id == key_id_of(KEYS.public[0])
    predicate = verified.statement["predicate"]
    assert predicate == {**FACTS, "chain": {"tenant": "t", "sequence": 1, "previous": GENESIS}}
    (subject,) = verified.statement["subject"]
    assert subject["annotations"]["vm_id"] == SUBJECT.vm_id
    assert subject["digest"] == {"sha256": digest_of(subject["annotations"])}
    assert verify(written(signed(keys=EvidenceKeys([OLDER]))), KEY_FILE).key_id == key_id_of(KEYS.public[1])


def test_the_bytes_that_are_signed_are_those_of_the_specification() -> None:
    """DSSE's own example, and the thumbprint of the example of RFC 8037."""
    assert pae(b"hello world", "http://example.com/HelloWorld") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    assert key_id_of(public) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    assert jwk_of(public)["x"] == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"


def test_the_published_libraries_read_it_too() -> None:
    foreign = ForeignEnvelope.from_dict(json.loads(FILE))
    for number, public in enumerate(KEYS.public):
        key = SSlibKey(key_id_of(public), "ed25519", "ed25519", {"public": public.hex()})
        if number == 0:
            assert list(foreign.verify([key], 1)) == [key_id_of(public)]
        else:
            with pytest.raises(Exception, match="Accepted signatures do not match threshold"):
                foreign.verify([key], 1)
    assert foreign.pae() == pae(foreign.payload)
    read = json_format.Parse(foreign.payload, statement_pb2.Statement())
    Statement.copy_from_pb(read).validate()


def flips(content: bytes) -> Iterator[bytes]:
    """The content with each of its bits flipped, one at a time."""
    for at in range(len(content)):
        for bit in range(8):
            yield content[:at] + bytes([content[at] ^ (1 << bit)]) + content[at + 1 :]


def test_every_bit_that_is_flipped_is_found() -> None:
    """Of a small statement: each bit of the envelope, of the keys, and of the file in any layout of white space."""
    envelope, keys = written(signed()), KEY_FILE
    for changed in flips(envelope):
        with pytest.raises(NotAuthentic):
            verify(changed, keys)
    for changed in flips(keys):
        with pytest.raises(NotAuthentic):
            verify(envelope, changed)


def test_the_script_of_the_docs_is_short_needs_one_library_and_finds_it_too(script: ModuleType) -> None:
    lines = SCRIPT.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 60
    imported = {line.split()[1].partition(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert imported == {"base64", "hashlib", "json", "sys", "pathlib", "cryptography"}
    assert script.verify(json.loads(FILE), json.loads(KEY_FILE)) == verify(FILE, KEY_FILE).statement

    def finds(envelope: bytes, keys: bytes) -> bool:
        try:
            script.verify(json.loads(envelope), json.loads(keys))
        except (ValueError, KeyError, TypeError, InvalidSignature):
            return True
        return False

    assert all(finds(changed, KEY_FILE) for changed in flips(FILE))
    assert all(finds(FILE, changed) for changed in flips(KEY_FILE))


Change = Callable[[dict[str, Any]], object]
CHANGES: dict[str, Change] = {
    "another type": lambda e: e.update(payloadType="application/json"),
    "a member more": lambda e: e.update(more=1),
    "a member less": lambda e: e.pop("payloadType"),
    "no signature": lambda e: e.update(signatures=[]),
    "two signatures": lambda e: e.update(signatures=e["signatures"] * 2),
    "a number as the id of a key": lambda e: e["signatures"][0].update(keyid=1),
    "another key of the set": lambda e: e["signatures"][0].update(keyid=key_id_of(KEYS.public[1])),
    "the id of no key": lambda e: e["signatures"][0].update(keyid="x"),
    "base64 with a line end": lambda e: e.update(payload=e["payload"] + "\n"),
    "base64 for URLs": lambda e: e.update(payload=e["payload"].replace("+", "-")[:-2] + "_" * 2),
    "no base64": lambda e: e.update(payload=None),
    "a list": lambda e: e.update(signatures={"0": e["signatures"][0]}),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_envelope_that_is_written_otherwise_is_not_authentic(change: Change) -> None:
    envelope = json.loads(FILE)
    change(envelope)
    with pytest.raises(NotAuthentic):
        verify(json.dumps(envelope).encode(), KEY_FILE)


@pytest.mark.parametrize(
    "content",
    [b"", b"null", b"[]", b"\xff", b"{" * 100_000, b"NaN", b" " * (LARGEST_BYTES + 1), FILE[:-1] + b',"payload":""}'],
    ids=["nothing", "null", "a list", "no UTF-8", "deep", "NaN", "large", "a member twice"],
)
def test_what_is_no_envelope_is_not_authentic(content: bytes) -> None:
    for envelope, keys in ((content, KEY_FILE), (FILE, content)):
        with pytest.raises(NotAuthentic):
            verify(envelope, keys)


def test_a_signed_payload_that_is_no_statement_is_not_authentic() -> None:
    statement = json.loads(signed().payload)
    spaced = json.dumps(statement).encode()
    forged = canonical(statement | {"subject": [statement["subject"][0] | {"digest": {"sha256": "0" * 64}}]})
    other = canonical(statement | {"_type": "https://in-toto.io/Statement/v0.1"})
    bare = canonical(statement | {"predicate": {}})
    for payload in (b"[]", spaced, forged, other, bare, canonical(statement | {"subject": []})):
        with pytest.raises(NotAuthentic):
            verify(written(KEYS.sign(payload)), KEY_FILE)


def test_a_gap_in_the_chain_is_found(tmp_path: Path) -> None:
    first = signed()
    second = signed(2, hash_of(first.payload))
    third = signed(3, hash_of(second.payload))
    one, two, three = (verify(written(each), KEY_FILE) for each in (first, second, third))
    check_chain([one, two, three])
    check_chain([two, three])
    other = verify(written(signed(2, "f" * 64)), KEY_FILE)
    for wrong in ([one, three], [two, one], [one, one], [one, other], [verify(written(signed(1, "a" * 64)), KEY_FILE)]):
        with pytest.raises(NotAuthentic):
            check_chain(wrong)
    keys = tmp_path / "keys.json"
    keys.write_bytes(KEY_FILE)
    files = [tmp_path / f"{number}.json" for number in (1, 2, 3)]
    for path, each in zip(files, (first, second, third), strict=True):
        path.write_bytes(written(each))
    code, text = commands.verify_files(files, keys)
    assert (code, text.count("Authentic: vm-web-01, recovery point of 2026-01-31T04:57:49.123Z: proven")) == (0, 3)
    assert commands.verify_files([files[0], files[2]], keys)[0] == commands.CHANGED
    assert commands.verify_files([tmp_path / "none"], keys)[0] == commands.NOT_LOOKED_AT
    files[1].write_bytes(FILE.replace(b"signatures", b"signature"))
    code, text = commands.verify_files(files, keys)
    assert code == commands.CHANGED
    assert str(files[1]) in text


def test_a_key_is_made_signs_and_is_never_shown() -> None:
    key = new_key()
    keys = EvidenceKeys([key])
    assert key not in repr(keys)
    assert not EvidenceKeys([]).can_sign
    with pytest.raises(ValueError, match="EVIDENCE_KEYS"):
        EvidenceKeys([]).sign(b"")
    with pytest.raises(NotAuthentic, match="no key of the set"):
        verify(written(signed(keys=keys)), KEY_FILE)
    assert EvidenceKeys([KEY]).public == KEYS.public[:1]
