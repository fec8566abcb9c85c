"""The mail server that the settings name, and what its answers mean. Speaks SMTP by aiosmtplib."""

import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import Enum
from urllib.parse import unquote, urlsplit

import aiosmtplib

SECONDS = 20.0
"""How long one step of the dialogue may take, and three times that the whole of it."""
PORTS = {"smtp": 25, "smtps": 465}


class Verdict(Enum):
    """What became of one try."""

    SENT = "sent"
    LATER = "later"
    """It was not taken, and may be at another time."""
    NEVER = "never"
    """The server refused this recipient or this content for good (5xx)."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where to, and as whom. `starttls`: None = where the server offers it; a login is never sent without TLS."""

    host: str
    port: int
    is_tls: bool
    starttls: bool | None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    context: ssl.SSLContext | None = field(default=None, repr=False)
    """Whom to trust; None = the system's roots."""
    seconds: float = SECONDS

    @classmethod
    def of_url(cls, url: str, *, context: ssl.SSLContext | None = None, seconds: float = SECONDS) -> "MailServer":
        """smtp://host (TLS if offered), smtp+starttls://host (TLS or nothing), smtps://host. Raises ValueError.

        Its message quotes no part of the URL, which may hold a password.
        """
        parts = urlsplit(url)
        scheme, _, word = parts.scheme.partition("+")
        if scheme not in PORTS or word not in {"", "starttls"} or (word and scheme == "smtps"):
            raise ValueError("it must start with smtp://, smtp+starttls:// or smtps://")
        if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("it must be like smtps://user:password@host:465, special characters %-escaped")
        if parts.username and not parts.password:
            raise ValueError("it names a user and no password")
        return cls(
            parts.hostname,
            parts.port or (587 if word else PORTS[scheme]),
            scheme == "smtps",
            True if word or (parts.username and scheme == "smtp") else (False if scheme == "smtps" else None),
            unquote(parts.username) if parts.username else None,
            unquote(parts.password) if parts.password else None,
            context,
            seconds,
        )

    async def send(self, message: EmailMessage, sender: str, recipient: str) -> tuple[Verdict, str]:
        """(verdict, what the server said, or why it was not reached). Raises nothing of SMTP."""
        client = aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            use_tls=self.is_tls,
            start_tls=self.starttls,
            username=self.username,
            password=self.password,
            timeout=self.seconds,
            tls_context=self.context or ssl.create_default_context(),
        )
        try:
            async with client:
                await client.send_message(message, sender=sender, recipients=[recipient])
        except aiosmtplib.SMTPRecipientsRefused as refused:
            return _refused(refused.recipients[0].code, refused.recipients[0].message)
        except aiosmtplib.SMTPDataError as refused:
            return _refused(refused.code, refused.message)
        except aiosmtplib.SMTPAuthenticationError as denied:
            return Verdict.LATER, f"The login was refused: {denied.code}"
        except aiosmtplib.SMTPResponseException as refused:
            # The greeting, the sender: this mail is not to blame, and other settings may come with the next start.
            return Verdict.LATER, f"{refused.code} {refused.message}"[:300]
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError, ValueError) as error:
            return Verdict.LATER, f"{type(error).__name__}: {error}"[:300]
        return Verdict.SENT, ""


def _refused(code: int, said: str) -> tuple[Verdict, str]:
    return (Verdict.NEVER if 500 <= code < 600 else Verdict.LATER), f"{code} {said}"[:300]
