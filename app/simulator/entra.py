"""The identity provider: OpenID discovery, keys, tokens (entra_grants.py); the ADFS routes az signs in through.

Any client id and secret get a token, and the roles asked for are granted: what is checked elsewhere is the token.
Tokens use the real wall clock; `/_simulator/advance` changes only the simulated one.
"""

import hashlib
import time
import uuid
from functools import partial
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from app.simulator.arm import ArmError, Reply, same
from app.simulator.entra_devices import GRANT as DEVICE_GRANT
from app.simulator.entra_grants import LIFETIME, Grants, TokenContent, oauth_error
from app.simulator.world import TENANT, Json

_IDENTITY_ENDINGS = (
    [".well-known", "openid-configuration"],
    ["v2.0", "keys"],
    ["v2.0", "token"],
    ["v2.0", "authorize"],
    ["v2.0", "devicecode"],
    ["v2.0", "deviceauth"],
)
_FOR_BROWSERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "authorization, content-type, x-requested-with",
}
"""Pages of other origins read the documents and ask for tokens, as Entra lets them for single-page applications."""
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
        self._grants = Grants(self.sign)

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
        """A signed access token of an application's own, as the token endpoint gives it."""
        return self.sign(url, TokenContent(client_id, audience, roles or []), issuer=issuer)

    def sign(self, url: str, wanted: TokenContent, *, issuer: str | None = None) -> str:
        """As Entra's v2 access tokens: `oid` is the same everywhere, `sub` of a person another for each application."""
        now, oid = int(time.time()), principal_id(wanted.person or wanted.client_id)
        claims: Json = {
            "iss": issuer or self.issuer(url),
            "aud": wanted.audience,
            "sub": oid,
            "oid": oid,
            "tid": TENANT,
            "azp": wanted.client_id,
            "ver": "2.0",
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME,
        }
        if wanted.person is not None:
            claims |= {
                "sub": str(uuid.uuid5(_PRINCIPALS, f"{wanted.person} in {wanted.client_id}")),
                "preferred_username": wanted.person,
                "name": wanted.person,
                "scp": wanted.scopes,
            }
        if wanted.roles:
            claims["roles"] = wanted.roles
        if wanted.groups:
            claims["groups"] = wanted.groups
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
    def answer(
        self, method: str, path: str, url: str, body: bytes, *, query: str = "", authorization: str | None = None
    ) -> Reply | None:
        """The reply to an identity request, or None when the path is not one."""
        first, *rest = path.strip("/").split("/")
        if first not in {"metadata", "adfs", TENANT} and rest[-2:] not in _IDENTITY_ENDINGS:
            return None
        if method == "OPTIONS":
            return Reply(204, None, dict(_FOR_BROWSERS))
        issuer = f"{url}/adfs" if first == "adfs" else self.issuer(url)
        is_known = first in {"adfs", TENANT}
        reply: Reply | None = None
        match method, first, rest:
            case "GET", "metadata", ["endpoints"]:
                reply = Reply(200, _cloud(url))
            case "GET", _, ["discovery", "keys"] | ["discovery", "v2.0", "keys"]:
                reply = Reply(200, self._keys())
            case "GET", "adfs", [*_, ".well-known", "openid-configuration"]:
                reply = Reply(200, self._adfs_discovery(url))
            case "GET", _, ["v2.0", ".well-known", "openid-configuration"]:
                reply = self._discovery(url) if is_known else _unknown_tenant(first)
            case ("POST", "adfs", ["oauth2", "token"]) | ("POST", _, ["oauth2", "v2.0", "token" | "devicecode"]):
                granted = partial(self._grant, rest[-1], url, body, authorization, issuer=issuer)
                reply = granted() if is_known else _unknown_tenant(first)
            case "GET" | "POST", _, ["oauth2", "v2.0", "authorize" | "deviceauth" as page]:
                return self._page(page, method, query, body) if is_known else _unknown_tenant(first)
        if reply is not None:
            reply.headers = reply.headers | _FOR_BROWSERS
        return reply

    def _grant(self, endpoint: str, url: str, body: bytes, authorization: str | None, *, issuer: str) -> Reply:
        if endpoint == "devicecode":
            return self._grants.begin_device(url, TENANT, body)
        return self._grants.token(url, body, authorization, issuer=issuer)

    def _page(self, page: str, method: str, query: str, body: bytes) -> Reply:
        """What a person sees in a browser."""
        ask = self._grants.device_page if page == "deviceauth" else self._grants.authorize
        return ask(method, query, body)

    def _discovery(self, url: str) -> Reply:
        root = f"{url}/{TENANT}"
        return Reply(
            200,
            {
                "issuer": self.issuer(url),
                "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
                "token_endpoint": f"{root}/oauth2/v2.0/token",
                "device_authorization_endpoint": f"{root}/oauth2/v2.0/devicecode",
                "jwks_uri": f"{root}/discovery/v2.0/keys",
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token", DEVICE_GRANT],
                "code_challenge_methods_supported": ["S256"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "none"],
                "claims_supported": [
                    "sub",
                    "iss",
                    "aud",
                    "exp",
                    "nbf",
                    "iat",
                    "tid",
                    "oid",
                    "azp",
                    "roles",
                    "groups",
                    "scp",
                    "ver",
                    "name",
                    "preferred_username",
                ],
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


def _unauthorized(code: str, message: str) -> ArmError:
    challenge = (
        f'Bearer authorization_uri="https://login.windows.net/{TENANT}", '
        f'error="invalid_token", error_description="{message}"'
    )
    return ArmError(401, code, message, headers={"WWW-Authenticate": challenge, "x-ms-failure-cause": "gateway"})


def _unknown_tenant(tenant: str) -> Reply:
    return oauth_error("invalid_tenant", f"AADSTS90002: Tenant '{tenant}' not found.")


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
