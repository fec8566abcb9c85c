"""Verify evidence of a restore test without Holdfast: python verify_evidence.py EVIDENCE KEYS.

EVIDENCE: the saved answer of GET /v1/restore-test-runs/{id}/evidence. KEYS: that of GET /v1/evidence/keys, saved by a
way that you trust. Needs `pip install cryptography` and nothing else. Exit code 0: authentic; 1: not.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"
JWK = {"alg": "EdDSA", "crv": "Ed25519", "kty": "OKP", "use": "sig"}


def canonical(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def decoded(text, altchars=None):
    """The bytes; ValueError unless the text is the only spelling of them."""
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars, validate=True)
    if base64.b64encode(raw, altchars).decode().rstrip("=") != text.rstrip("=") or (altchars and "=" in text):
        raise ValueError("base64 is not as it is written by Holdfast")
    return raw


def public_keys(jwk_set):
    found = {}
    for key in jwk_set["keys"]:
        named = {"crv": "Ed25519", "kty": "OKP", "x": key["x"]}  # RFC 7638: the id of a key is its thumbprint
        thumbprint = base64.urlsafe_b64encode(hashlib.sha256(canonical(named)).digest()).decode().rstrip("=")
        if key != {**JWK, "x": key["x"], "kid": thumbprint} or set(jwk_set) != {"keys"}:
            raise ValueError("a key is not what its id says")
        found[thumbprint] = Ed25519PublicKey.from_public_bytes(decoded(key["x"], b"-_"))
    return found


def verify(envelope, jwk_set):
    """The statement. Raises ValueError, KeyError, TypeError or InvalidSignature."""
    payload, (signature,) = decoded(envelope["payload"]), envelope["signatures"]
    signed = b"DSSEv1 %d %b %d %b" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)
    public_keys(jwk_set)[signature["keyid"]].verify(decoded(signature["sig"]), signed)
    if set(envelope) != {"payload", "payloadType", "signatures"} or envelope["payloadType"] != PAYLOAD_TYPE:
        raise ValueError("this is no envelope of a statement")
    return json.loads(payload)


if __name__ == "__main__":
    try:
        print(json.dumps(verify(*(json.loads(Path(name).read_bytes()) for name in sys.argv[1:3])), indent=2))
    except (ValueError, KeyError, TypeError, InvalidSignature) as error:
        sys.exit(f"NOT AUTHENTIC: {type(error).__name__} {error}")
