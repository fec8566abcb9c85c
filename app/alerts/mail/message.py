"""The message as it is sent: headers that nothing can be slipped into, plain text, and simple HTML of it. Pure."""

import html
import re
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{1,253}\Z)"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)
"""One address, without a name or comment (RFC 5321's Mailbox in ASCII, without quoted local parts)."""


def is_address(text: str) -> bool:
    local = text.rpartition("@")[0]
    well_dotted = not local.startswith(".") and not local.endswith(".") and ".." not in local
    # `=?` begins an encoded word: mail programs, and Python, would read another address.
    return ADDRESS.fullmatch(text) is not None and well_dotted and "=?" not in local


def compose(*, message_id: str, sender: str, recipient: str, subject: str, text: str, at: datetime) -> EmailMessage:
    """`message_id`: without the brackets. Control characters become spaces: none of them can end a header."""
    message = EmailMessage(policy=policy.SMTP)
    message["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2]}>"
    message["Date"] = format_datetime(at)
    message["From"] = Address("Holdfast", addr_spec=sender)
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = one_line(subject)
    message["Auto-Submitted"] = "auto-generated"
    body = clean(text)
    message.set_content(body)
    lines = "<br>\n".join(html.escape(line) for line in body.split("\n"))
    message.add_alternative(f"<!doctype html><html><body><p>{lines}</p></body></html>", subtype="html")
    return message


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def clean(text: str) -> str:
    """Without control characters, surrogates and the separators that other programs take for ends of lines."""
    return "".join(_shown(one) for one in text)


def _shown(one: str) -> str:
    if one == "\n":
        return one
    is_bad = not one.isprintable() and one != " "
    return " " if is_bad else one
