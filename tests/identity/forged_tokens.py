"""Tokens that are almost right: taken apart, changed, signed with the wrong thing."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from tests.world import World

FOREIGN_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


def segment(value: Any) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def read(part: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=="))
    return found


def part(token: str, number: int) -> str:
    """0 = header, 1 = claims, 2 = signature."""
    return token.split(".")[number]


def after_signing(world: World, **claims: Any) -> str:
    """A good token whose claims were changed after it was signed."""
    header, payload, signature = world.token().split(".")
    return f"{header}.{segment(read(payload) | claims)}.{signature}"


def signed(world: World, header: bytes, claims: bytes) -> str:
    """Exactly these bytes, really signed with the issuer's key: only what they say is wrong."""
    said = f"{segment(header)}.{segment(claims)}"
    signature = world.simulator.identity.key.sign(said.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{said}.{segment(signature)}"


def written(world: World, more_header: str = "", more_claims: str = "") -> str:
    """A good token with more text behind the opening braces: members twice, numbers that are none."""
    token = world.token()
    header, claims = (json.dumps(read(part(token, number))) for number in (0, 1))
    return signed(world, ("{" + more_header + header[1:]).encode(), ("{" + more_claims + claims[1:]).encode())


def resigned(world: World, **claims: Any) -> str:
    """As `world.token`, also with claims that the library would not sign."""
    token = world.token()
    return signed(world, json.dumps(read(part(token, 0))).encode(), json.dumps(read(part(token, 1)) | claims).encode())


def without_signature(world: World, algorithm: str) -> str:
    token = world.token()
    return f"{segment(read(part(token, 0)) | {'alg': algorithm})}.{part(token, 1)}."


def signed_with_the_public_key(world: World, algorithm: str, encoding: serialization.Encoding) -> str:
    """The classic confusion: HMAC with the public key as its secret."""
    public = world.simulator.identity.key.public_key().public_bytes(
        encoding, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    head = segment({"alg": algorithm, "typ": "JWT", "kid": world.simulator.identity.key_id})
    said = f"{head}.{part(world.token(), 1)}"
    digest = {"HS256": hashlib.sha256, "HS512": hashlib.sha512}[algorithm]
    return f"{said}.{segment(hmac.new(public, said.encode(), digest).digest())}"


def signed_with_its_own_key(world: World, name: str) -> str:
    """It brings the key that it is signed with."""
    own: Any = {
        "jwk": json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(FOREIGN_RSA.public_key())),
        "jku": "https://evil.example/keys",
        "x5u": "https://evil.example/certificate",
        "x5c": ["MIIB"],
    }
    return world.token(key=FOREIGN_RSA, header={name: own[name]})


def in_an_hour() -> int:
    return int(time.time()) + 3600


def an_hour_ago() -> int:
    return int(time.time()) - 3600
