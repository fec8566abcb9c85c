"""Gets a caller's token from the simulator's identity provider, which grants every request."""

import base64
import json
import os
from collections.abc import Sequence
from pathlib import Path

import httpx

ROLES = ("reader", "operator", "restorer", "approver", "admin", "platform_admin")
AUDIENCE = "api://holdfast"
TENANT = "11111111-1111-1111-1111-111111111111"
"""The simulator's tenant (docs/identity.md, The simulator)."""
SIMULATOR_PORT = "simulator-port"
"""File in the data directory: the port is part of the issuer, and another issuer is another tenant."""


class TokenRefused(Exception):
    """No token was given; the message is one line."""


def fetch_token(
    issuer: str, *, principal: str, roles: Sequence[str], groups: Sequence[str] = (), audience: str = AUDIENCE
) -> str:
    """The access token (RFC 6749 4.4, client credentials) for `principal`, found by OpenID discovery.

    Raises TokenRefused where the issuer cannot be reached or declines.
    """
    form = {
        "grant_type": "client_credentials",
        "client_id": principal,
        "client_secret": "simulated",  # the simulator's provider takes any
        "scope": f"{audience}/.default",
        "roles": list(roles),
        "groups": list(groups),
    }
    # trust_env=False: a proxy of the machine must not come between us and a local issuer.
    with httpx.Client(timeout=10, trust_env=False) as client:
        try:
            discovered = client.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration").raise_for_status().json()
            answer = client.post(discovered["token_endpoint"], data=form)
            content = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = (str(error) or type(error).__name__).splitlines()[0]
            raise TokenRefused(f"The issuer {issuer} does not answer: {reason}") from error
        except (ValueError, KeyError) as error:
            raise TokenRefused(f"{issuer} does not answer as an OpenID issuer does.") from error
    if not answer.is_success or "access_token" not in content:
        raise TokenRefused(f"{issuer} gives no token: {content.get('error_description', answer.status_code)}")
    return str(content["access_token"])


def issuer_of_dev() -> str:
    """The issuer of the stack that `holdfast dev` runs on this machine. Raises TokenRefused."""
    place = Path(os.environ.get("HOLDFAST_DATA_DIR", ".holdfast")) / SIMULATOR_PORT
    try:
        port = int(place.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise TokenRefused(f"There is no {place}: start the stack with `make run`, or name its --issuer.") from None
    return f"http://127.0.0.1:{port}/{TENANT}/v2.0"


def object_id_of(token: str) -> str:
    """The `oid` of a token that was just fetched: nothing is verified."""
    payload = token.split(".")[1]
    claims: dict[str, str] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims["oid"]
