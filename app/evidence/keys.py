"""Keys of HOLDFAST_EVIDENCE_KEYS, and the JWK set of the public ones. Pure.

A key is an Ed25519 private key: 32 random bytes in URL-safe base64, as `holdfast evidence new-key` prints them. The
first signs. To change it: put a new one first and restart. The old one may then be removed: a public key that has
signed a statement stays in the set. The id of a key is its JWK thumbprint (RFC 7638), so a set proves itself.
"""

import base64
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.evidence.envelope import Envelope, NotReadable, members, pae, read_base64, read_json
from app.evidence.statement import canonical

FIXED = {"alg": "EdDSA", "crv": "Ed25519", "kty": "OKP", "use": "sig"}
"""The members that every key of a set has."""


def key_id_of(public: bytes) -> str:
    """RFC 7638 thumbprint of an Ed25519 public key: SHA-256 in URL-safe base64 without padding."""
    named = {"crv": "Ed25519", "kty": "OKP", "x": _url_safe(public)}
    return _url_safe(sha256(canonical(named)).digest())


def jwk_of(public: bytes) -> dict[str, Any]:
    return {**FIXED, "kid": key_id_of(public), "x": _url_safe(public)}


def read_keys(content: bytes) -> Mapping[str, Ed25519PublicKey]:
    """The keys of a JWK set, by their ids. Raises NotReadable: also where the id of one is not its thumbprint."""
    listed = members(read_json(content), {"keys"}, "the set of keys")["keys"]
    if not isinstance(listed, list):
        raise NotReadable("its keys are not a list")
    return dict(_read_key(one) for one in listed)


def _read_key(value: object) -> tuple[str, Ed25519PublicKey]:
    key = members(value, {*FIXED, "kid", "x"}, "a key")
    if any(key[name] != fixed for name, fixed in FIXED.items()):
        raise NotReadable("a key is not an Ed25519 key for signatures")
    public = read_base64(key["x"], "x", url_safe=True)
    if len(public) != 32 or key["kid"] != key_id_of(public):
        raise NotReadable("the kid of a key is not its thumbprint")
    return key["kid"], Ed25519PublicKey.from_public_bytes(public)


class EvidenceKeys:
    """Signs with the first key. Without keys it cannot."""

    def __init__(self, keys: Sequence[str]) -> None:
        private = [Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(key)) for key in keys]
        self._signer = private[0] if private else None
        self.public = [key.public_key().public_bytes_raw() for key in private]
        """Raw bytes of the public keys, the signing one first."""

    def __repr__(self) -> str:
        return f"EvidenceKeys({len(self.public)} keys)"

    @property
    def can_sign(self) -> bool:
        return self._signer is not None

    def sign(self, payload: bytes) -> Envelope:
        """Raises ValueError without a key."""
        if self._signer is None:
            raise ValueError("HOLDFAST_EVIDENCE_KEYS is not set")
        return Envelope(payload, key_id_of(self.public[0]), self._signer.sign(pae(payload)))


def new_key() -> str:
    return base64.urlsafe_b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()


def _url_safe(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
