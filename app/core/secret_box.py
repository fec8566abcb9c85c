"""Encryption at rest of the few secrets that must be read again, with the keys of HOLDFAST_SECRETS_KEYS.

Fernet of the `cryptography` library: AES-128-CBC with HMAC-SHA256. The first key encrypts, every key decrypts. To
change the key: put a new one first, restart every process, run `holdfast rotate-secrets`, then remove the old one.
"""

import base64
import binascii
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from app.core.errors import Unavailable

RETRY_SECONDS = 60


class SecretsKeysMissing(Unavailable):
    """This installation cannot keep secrets yet."""

    code = "secrets_keys_missing"


class SecretUnreadable(Unavailable):
    """A stored secret cannot be read."""

    code = "secret_unreadable"

    def __init__(self) -> None:
        super().__init__(
            "No key of this installation reads the secret that is stored, so nothing is signed with it.",
            remedy="Operators: put the key that encrypted it back into HOLDFAST_SECRETS_KEYS of every process; if it "
            "is lost, rotate the secret (docs/webhooks.md, Keys).",
            retry_after=RETRY_SECONDS,
        )


def check_keys(keys: Sequence[str], page: str = "docs/webhooks.md") -> None:
    """Raises ValueError, which names a key by its number, and the page that tells how to make one; it quotes none."""
    for number, key in enumerate(keys, start=1):
        try:
            size = len(base64.b64decode(key, altchars=b"-_", validate=True))
        except (binascii.Error, ValueError):
            size = 0
        if size != 32:
            raise ValueError(f"number {number} is not a key: 32 random bytes in URL-safe base64, see {page}, Keys")


def new_key() -> str:
    return Fernet.generate_key().decode()


class SecretBox:
    """Encrypts and decrypts; without keys it can do neither."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._first = Fernet(keys[0]) if keys else None
        self._all = MultiFernet([Fernet(key) for key in keys]) if keys else None

    def __repr__(self) -> str:
        return "SecretBox(...)"

    def check_can_keep(self) -> None:
        """Raises SecretsKeysMissing."""
        if self._all is None:
            raise SecretsKeysMissing(
                "No key is set to encrypt secrets with, so no secret is made.",
                remedy="Operators: set HOLDFAST_SECRETS_KEYS for every process (docs/webhooks.md, Keys).",
                retry_after=RETRY_SECONDS,
            )

    def encrypt(self, secret: str) -> str:
        """Raises SecretsKeysMissing."""
        self.check_can_keep()
        return self._all.encrypt(secret.encode()).decode() if self._all else ""

    def decrypt(self, kept: str) -> str:
        """Raises SecretUnreadable."""
        if self._all is None:
            raise SecretUnreadable
        try:
            return self._all.decrypt(kept.encode()).decode()
        except InvalidToken:
            raise SecretUnreadable from None

    def is_newest(self, kept: str) -> bool:
        """Whether the first key encrypted it."""
        if self._first is None:
            return False
        try:
            self._first.decrypt(kept.encode())
        except InvalidToken:
            return False
        return True
