"""What an OIDC issuer answers, and what the server says of its issuers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from holdfast_client.cli.options import Stop
from holdfast_client.cli.session import without_its_command

if TYPE_CHECKING:
    import httpx

TIMEOUT_SECONDS = 20
Json = dict[str, Any]


def discover(issuer: str) -> Json:
    """The issuer's OpenID configuration. Raises Stop."""
    url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    found = _json(lambda http: http.get(url), issuer)
    itself = found.get("issuer")
    if not isinstance(itself, str) or not isinstance(found.get("token_endpoint"), str):
        raise _is_none(issuer)
    if itself.rstrip("/") != issuer.rstrip("/"):
        raise Stop(f"{issuer} calls itself {itself}.", code=1, remedy="Name it as it does: --issuer URL")
    for name in ("token_endpoint", "device_authorization_endpoint", "authorization_endpoint"):
        if not str(found.get(name, "https://")).startswith(("https://", "http://" if issuer[:5] == "http:" else "-")):
            raise Stop(f"The {name} of {issuer} is not at https://.", code=1, remedy="Ask its operator.")
    return found


def metadata(url: str) -> Json:
    """What the server says of its issuers (RFC 9728). Empty where it says nothing. Raises Stop without a network."""
    without_its_command()
    import httpx

    try:
        answer = httpx.get(f"{url}/.well-known/oauth-protected-resource", timeout=TIMEOUT_SECONDS)
        content = answer.json() if answer.is_success else {}
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Stop(f"No answer from {url}: {_reason(error)}", code=1, remedy="Check --api and the network.") from error
    except ValueError:
        content = {}
    return content if isinstance(content, dict) else {}


def posted(url: str, form: dict[str, str], issuer: str) -> Json:
    """Also of a refusal: the protocol puts its errors into JSON. Raises Stop where it cannot answer now."""
    return _json(lambda http: http.post(url, data=form), issuer)


def why(answer: Json) -> str:
    return (str(answer.get("error_description") or answer.get("error") or "").splitlines() or ["no reason given"])[0]


def seconds(value: object, default: float) -> float:
    """What an issuer says of seconds: a number, also as text. The default where it says nothing that can be read."""
    try:
        found = float(str(value))
    except ValueError:
        return default
    return found if 0 < found < 1e9 else default


def _json(ask: Callable[[httpx.Client], httpx.Response], issuer: str) -> Json:
    without_its_command()
    import httpx

    try:
        with httpx.Client(timeout=TIMEOUT_SECONDS) as http:
            answer = ask(http)
            content = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = f"The issuer {issuer} does not answer: {_reason(error)}"
        raise Stop(reason, code=1, remedy="Check the network, and --issuer.") from error
    except ValueError:
        content = None
    if answer.status_code >= 500 or answer.status_code == 429:
        raise Stop(f"The issuer {issuer} answers HTTP {answer.status_code}.", code=1, remedy="Try again later.")
    if not isinstance(content, dict):
        raise _is_none(issuer, f" (HTTP {answer.status_code})")
    return content


def _is_none(issuer: str, seen: str = "") -> Stop:
    return Stop(f"{issuer} does not answer as an OpenID issuer does{seen}.", code=1, remedy="Check --issuer.")


def _reason(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
