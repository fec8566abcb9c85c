"""The identity provider: OpenID discovery, keys, client-credentials tokens; the ADFS routes az signs in through.

Any client id and secret get a token, and the roles asked for are granted: what is checked elsewhere is the token.
Tokens live on the real wall clock, whatever `/_simulator/advance` did to the simulated one.
"""

import hashlib
import time
import uuid
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from app.simulator.arm import ArmError, Reply, same
from app.simulator.world import TENANT, Json

LIFETIME = 3600
_IDENTITY_ENDINGS = ([".well-known", "openid-configuration"], ["v2.0", "keys"], ["v2.0", "token"])
_PRINCIPALS = uuid.UUID("5f0c1f0e-6a52-4a53-9d44-6f3d0a2b7c11")


def principal_id(client_id: str) -> str:
    """The object id of a client: always the same for the same client id."""
    return str(uuid.uuid5(_PRINCIPALS, client_id))


class IdentityProvider:
    """Signs and checks tokens. `url` arguments are the simulator as it was addressed: scheme and Host."""

    def __init__(self, signing_key: rsa.RSAPrivateKey | None = None) -> None:
        self._given_key = signing_key
        # accepted token -> (exp, object id): checking RS256 on every call costs more
        self._seen: dict[str, tuple[float, str]] = {}

    @property
    def key(self) -> rsa.RSAPrivateKey:
        """Made on first use: it takes longer than the rest of the start."""
        if self._given_key is None:
            self._given_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return self._given_key

    @property
    def key_id(self) -> str:
        der = self.key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return hashlib.sha256(der).hexdigest()[:32]

    def issuer(self, url: str) -> str:
        return f"{url}/{TENANT}/v2.0"

    def token(
        self, url: str, client_id: str, audience: str, roles: list[str] | None = None, *, issuer: str | None = None
    ) -> str:
        """A signed access token, as the token endpoint gives it."""
        now, oid = int(time.time()), principal_id(client_id)
        claims: Json = {
            "iss": issuer or self.issuer(url),
            "aud": audience,
            "sub": oid,
            "oid": oid,
            "tid": TENANT,
            "azp": client_id,
            "ver": "2.0",
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME,
        }
        if roles:
            claims["roles"] = roles
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": self.key_id})

    def check_bearer(self, authorization: str | None) -> str:
        """The caller's object id. Refuse what ARM refuses: no token, one not ours, expired, or for another API."""
        scheme, _, token = (authorization or "").partition(" ")
        if not same(scheme, "bearer") or not token:
            raise _unauthorized("AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
        expires, caller = self._seen.get(token, (0.0, ""))
        if expires > time.time():
            return caller
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self.key.public_key(),
                algorithms=["RS256"],
                options={"verify_aud": False, "require": ["exp", "aud"]},
            )
        except jwt.ExpiredSignatureError:
            raise _unauthorized(
                "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than now."
            ) from None
        except jwt.InvalidTokenError:
            raise _unauthorized("InvalidAuthenticationToken", "The access token is invalid.") from None
        if str(claims["aud"]).startswith("api://"):
            raise _unauthorized(
                "InvalidAuthenticationTokenAudience",
                "The access token has been obtained for wrong audience or resource.",
            )
        if len(self._seen) > 10_000:
            self._seen.clear()
        self._seen[token] = float(claims["exp"]), str(claims.get("oid", ""))
        return self._seen[token][1]

    # -- endpoints ------------------------------------------------------------------------------------------------
    def answer(self, method: str, path: str, url: str, body: bytes) -> Reply | None:
        """The reply to an identity request, or None when the path is not one."""
        first, *rest = path.strip("/").split("/")
        if first not in {"metadata", "adfs", TENANT} and rest[-2:] not in _IDENTITY_ENDINGS:
            return None
        issuer = f"{url}/adfs" if first == "adfs" else self.issuer(url)
        reply: Reply | None = None
        match method, first, rest:
            case "GET", "metadata", ["endpoints"]:
                reply = Reply(200, _cloud(url))
            case "GET", _, ["discovery", "keys"] | ["discovery", "v2.0", "keys"]:
                reply = Reply(200, self._keys())
            case "GET", "adfs", [*_, ".well-known", "openid-configuration"]:
                reply = Reply(200, self._adfs_discovery(url))
            case "GET", _, ["v2.0", ".well-known", "openid-configuration"]:
                reply = self._discovery(url) if first == TENANT else _unknown_tenant(first)
            case ("POST", "adfs", ["oauth2", "token"]) | ("POST", _, ["oauth2", "v2.0", "token"]):
                reply = self._grant(url, body, issuer) if first in {"adfs", TENANT} else _unknown_tenant(first)
        return reply

    def _discovery(self, url: str) -> Reply:
        root = f"{url}/{TENANT}"
        return Reply(
            200,
            {
                "issuer": self.issuer(url),
                "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
                "token_endpoint": f"{root}/oauth2/v2.0/token",
                "jwks_uri": f"{root}/discovery/v2.0/keys",
                "response_types_supported": ["code", "id_token", "token"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                "claims_supported": ["sub", "iss", "aud", "exp", "nbf", "iat", "tid", "oid", "azp", "roles", "ver"],
            },
        )

    def _adfs_discovery(self, url: str) -> Json:
        return {
            "issuer": f"{url}/adfs",
            "authorization_endpoint": f"{url}/adfs/oauth2/authorize",
            "token_endpoint": f"{url}/adfs/oauth2/token",
            "jwks_uri": f"{url}/adfs/discovery/keys",
        }

    def _keys(self) -> Json:
        key: Json = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {
            "keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.key_id, "n": key["n"], "e": key["e"]}]
        }

    def _grant(self, url: str, body: bytes, issuer: str) -> Reply:
        form = parse_qs(body.decode("utf-8", "replace"))
        client_id = form.get("client_id", [""])[0]
        if form.get("grant_type", [""])[0] != "client_credentials":
            return _oauth_error("unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type.")
        if not client_id or not form.get("client_secret", [""])[0]:
            return _oauth_error("invalid_client", "AADSTS7000216: client_id and client_secret are required.", 401)
        wanted = (form.get("scope") or form.get("resource") or [""])[0].split(" ")[0]
        if not wanted:
            return _oauth_error("invalid_request", "AADSTS90014: The required field 'scope' is missing.")
        roles = [role for text in form.get("roles", []) for role in text.split()]
        token = self.token(url, client_id, wanted.removesuffix("/.default"), roles, issuer=issuer)
        return Reply(
            200,
            {"token_type": "Bearer", "expires_in": LIFETIME, "ext_expires_in": LIFETIME, "access_token": token},
            {"Cache-Control": "no-store", "Pragma": "no-cache"},
        )


def _unauthorized(code: str, message: str) -> ArmError:
    challenge = (
        f'Bearer authorization_uri="https://login.windows.net/{TENANT}", '
        f'error="invalid_token", error_description="{message}"'
    )
    return ArmError(401, code, message, headers={"WWW-Authenticate": challenge, "x-ms-failure-cause": "gateway"})


def _oauth_error(error: str, description: str, status: int = 400) -> Reply:
    return Reply(status, {"error": error, "error_description": description})


def _unknown_tenant(tenant: str) -> Reply:
    return _oauth_error("invalid_tenant", f"AADSTS90002: Tenant '{tenant}' not found.")


def _cloud(url: str) -> Json:
    """What `az cloud register` reads with api-version 2022-09-01."""
    return {
        "name": "Simulator",
        "resourceManager": url,
        "portal": url,
        "gallery": url,
        "graph": url,
        "graphAudience": url,
        "authentication": {
            "loginEndpoint": f"{url}/adfs",
            "audiences": [url],
            "tenant": "adfs",
            "identityProvider": "ADFS",
        },
        "suffixes": {
            "storage": "core.windows.net",
            "keyVaultDns": "vault.azure.net",
            "acrLoginServer": "azurecr.io",
            "sqlServerHostname": "database.windows.net",
        },
    }
