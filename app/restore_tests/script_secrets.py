"""The secret parameters of a script: encrypted at rest, and bound to the definition by a digest.

What is encrypted has a random salt beside the values, so the digest says that they are the same, and nothing about what
they are. It stays when they are encrypted again with another key. An approval of a definition is bound to its hash,
which covers the digest: other values need another approval.
"""

import json
import secrets
from collections.abc import Mapping
from hashlib import sha256

from app.core.secret_box import SecretBox, SecretUnreadable

SALT_BYTES = 16


class SecretsChanged(Exception):
    """These are not the secrets of that definition."""


def sealed(box: SecretBox, values: Mapping[str, str]) -> tuple[str, str]:
    """(what is stored, its digest). Raises SecretsKeysMissing."""
    text = json.dumps({"salt": secrets.token_hex(SALT_BYTES), "values": dict(values)}, sort_keys=True)
    return box.encrypt(text), _digest_of(text)


def opened(box: SecretBox, kept: str | None, digest: str | None) -> Mapping[str, str]:
    """The values of which a definition has this digest; none where it has none.

    Raises SecretUnreadable where no key reads them, SecretsChanged where they are others or gone.
    """
    if digest is None:
        return {}
    if kept is None:
        raise SecretsChanged
    text = box.decrypt(kept)
    if _digest_of(text) != digest:
        raise SecretsChanged
    try:
        values: Mapping[str, str] = json.loads(text)["values"]
    except (ValueError, LookupError, TypeError):
        raise SecretUnreadable from None
    return values


def _digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()
