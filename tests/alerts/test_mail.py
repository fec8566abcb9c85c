"""Mails against a real SMTP server in this process: taken, refused, silent, without TLS; folded; never forged."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from app.alerts.mail.limits import MAX_TRIES, PER_HOUR, pause_after
from app.alerts.mail.message import compose, is_address
from app.alerts.mail.sending import MailLoop
from app.alerts.mail.server import MailServer, Verdict
from app.core.settings import Settings
from tests.alerts.alert_steps import TENANT, Steps

SENDER = "holdfast@example.com"
TO = "backup@example.com"


class Handler:
    """Keeps what it takes; `answers` come first."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.taken: list[Any] = []
        self.tries = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.tries += 1
        if self.answers:
            answer = self.answers.pop(0)
            if answer == "hang":
                await asyncio.sleep(60)
            return answer
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@asynccontextmanager
async def mail_server(handler: Handler) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, hostname="mail.test"), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def loop_of(steps: Steps, port: int, scheme: str = "smtp", seconds: float = 5.0) -> MailLoop:
    server = MailServer.of_url(f"{scheme}://127.0.0.1:{port}", seconds=seconds)
    return MailLoop(steps.database, server=server, sender=SENDER, time_zone="UTC")


async def write(steps: Steps, number: int = 1, *, age: str = "0 seconds") -> None:
    await steps.sql(
        "INSERT INTO alert_mails (id, tenant, once, recipient, subject, body, created_at) SELECT gen_random_uuid(), :t,"
        " 'opened:' || n, :to, 'Alert ' || n, 'Text', clock_timestamp() - CAST(:age AS interval) "
        "FROM generate_series(1, CAST(:number AS integer)) AS n",
        t=TENANT,
        to=TO,
        age=age,
        number=number,
    )


async def send_all(*loops: MailLoop) -> None:
    while 0.0 in await asyncio.gather(*(loop.run_once() for loop in loops)):
        pass


async def states(steps: Steps) -> dict[str, int]:
    rows = await steps.sql("SELECT state, count(*) AS n FROM alert_mails GROUP BY state")
    return {row["state"]: row["n"] for row in rows}


async def test_two_workers_send_each_mail_once_as_text_and_as_html(steps: Steps) -> None:
    handler = Handler()
    await write(steps, 8)
    async with mail_server(handler) as port:
        await send_all(loop_of(steps, port), loop_of(steps, port))
    assert sorted(one["Subject"] for one in handler.taken) == [f"Alert {number}" for number in range(1, 9)]
    assert len({one["Message-ID"] for one in handler.taken}) == 8
    (first, *_) = handler.taken
    assert (first["From"], first["To"]) == (f"Holdfast <{SENDER}>", TO)
    assert [part.get_content_type() for part in first.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    ("answer", "state"), [("451 later", "pending"), ("421 busy", "pending"), ("550 no", "failed"), ("554 no", "failed")]
)
async def test_a_refusal_is_tried_again_or_final(steps: Steps, answer: str, state: str) -> None:
    handler = Handler(answer)
    await write(steps)
    async with mail_server(handler) as port:
        await send_all(loop_of(steps, port))
        assert (await states(steps), handler.tries) == ({state: 1}, 1)
        await steps.sql("UPDATE alert_mails SET due_at = clock_timestamp()")
        await send_all(loop_of(steps, port))
    assert await states(steps) == ({"sent": 1} if state == "pending" else {"failed": 1})


async def test_the_same_mail_sent_again_has_the_same_message_id(steps: Steps) -> None:
    """As when a worker died after the server took it, before it was written down."""
    handler = Handler()
    await write(steps)
    async with mail_server(handler) as port:
        await send_all(loop_of(steps, port))
        await steps.sql("UPDATE alert_mails SET state = 'pending', due_at = clock_timestamp()")
        await send_all(loop_of(steps, port))
    assert len(handler.taken) == 2
    assert len({one["Message-ID"] for one in handler.taken}) == 1


async def test_tries_are_bounded(steps: Steps) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    await write(steps)
    for _ in range(MAX_TRIES + 2):
        await send_all(loop_of(steps, port))
        await steps.sql("UPDATE alert_mails SET due_at = clock_timestamp()")
    ((row),) = await steps.sql("SELECT state, tries, error FROM alert_mails")
    assert (row["state"], row["tries"]) == ("failed", MAX_TRIES)
    assert row["error"]
    assert 4 * 3600 < sum(pause_after(tries).total_seconds() for tries in range(1, MAX_TRIES)) < 12 * 3600


async def test_a_server_that_hangs_or_has_no_tls_is_left_in_time() -> None:
    handler = Handler("hang")
    message = compose(message_id="1", sender=SENDER, recipient=TO, subject="s", text="t", at=datetime.now(UTC))
    async with mail_server(handler) as port:
        hanging = MailServer.of_url(f"smtp://127.0.0.1:{port}", seconds=0.2)
        assert (await hanging.send(message, SENDER, TO))[0] is Verdict.LATER
        for url in (
            f"smtp+starttls://127.0.0.1:{port}",
            f"smtps://127.0.0.1:{port}",
            f"smtp://user:secret@127.0.0.1:{port}",
        ):
            verdict, said = await MailServer.of_url(url, seconds=2).send(message, SENDER, TO)
            assert verdict is Verdict.LATER, url
            assert "secret" not in said
    assert (handler.taken, handler.tries) == ([], 1)
    assert "secret" not in repr(MailServer.of_url("smtps://user:secret@mail.example"))


async def test_an_address_gets_so_many_an_hour_and_the_rest_as_one(steps: Steps) -> None:
    handler = Handler()
    await write(steps, PER_HOUR + 30)
    async with mail_server(handler) as port:
        await send_all(loop_of(steps, port))
        assert (await states(steps), len(handler.taken)) == ({"sent": PER_HOUR, "pending": 30}, PER_HOUR)
        await steps.sql("UPDATE alert_mails SET ended_at = ended_at - interval '61 minutes' WHERE state = 'sent'")
        await steps.sql("UPDATE alert_mails SET created_at = created_at - interval '61 minutes'")
        await steps.sql("UPDATE alert_mails SET due_at = clock_timestamp() WHERE state = 'pending'")
        await send_all(loop_of(steps, port))
    assert await states(steps) == {"sent": PER_HOUR + 1, "folded": 30}
    assert [one["Subject"] for one in handler.taken[PER_HOUR:]] == ["[Holdfast] 30 alerts"], "each is told once"


class Refusing(Handler):
    """Refuses before the mail is seen: its sender, or (`greets`) every connection."""

    async def handle_MAIL(self, *_: Any) -> str:  # noqa: N802 - aiosmtpd's name
        return "530 Must issue a STARTTLS command first"


async def test_a_refusal_that_is_not_about_the_mail_loses_none() -> None:
    """5xx to the greeting or the sender: another setting, or an hour, mends it."""
    message = compose(message_id="1", sender=SENDER, recipient=TO, subject="s", text="t", at=datetime.now(UTC))
    async with mail_server(Refusing()) as port:
        verdict, said = await MailServer.of_url(f"smtp://127.0.0.1:{port}", seconds=2).send(message, SENDER, TO)
    assert (verdict, said[:4]) == (Verdict.LATER, "530 ")

    async def greet(_reader: Any, writer: Any) -> None:
        writer.write(b"554 no service here\r\n")
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    verdict, said = await MailServer.of_url(url, seconds=2).send(message, SENDER, TO)
    server.close()
    assert (verdict, said[:4]) == (Verdict.LATER, "554 ")


async def test_a_mail_that_cannot_be_composed_holds_up_no_other_and_is_given_up(steps: Steps) -> None:
    handler = Handler()
    await write(steps, 2)
    await steps.sql("UPDATE alert_mails SET recipient = '=?utf-8?q?x?=@b.c' WHERE once = 'opened:1'")
    async with mail_server(handler) as port:
        for _ in range(MAX_TRIES):
            await send_all(loop_of(steps, port))
            await steps.sql("UPDATE alert_mails SET due_at = clock_timestamp()")
    assert (await states(steps), len(handler.taken)) == ({"sent": 1, "failed": 1}, 1)


FORGED = ["a\r\nBcc: evil@example.com", "a\nX: y", "a\x0bb", "a\u2028Bcc: e@x.y", "a\x85b", "\ud800", "\0", "é" * 500]


@pytest.mark.parametrize("subject", FORGED)
def test_no_word_of_azure_can_forge_a_header_or_html(subject: str) -> None:
    text = f"{subject}\n<script>alert(1)</script>"
    made = compose(message_id="1", sender=SENDER, recipient=TO, subject=subject, text=text, at=datetime.now(UTC))
    read = message_from_bytes(made.as_bytes(), policy=policy.default)
    assert sorted(read.keys()) == sorted(
        ["Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type"]
    )
    html = read.get_body(("html",))
    assert html is not None
    assert "<script>" not in html.get_content()


NO_ADDRESSES = [
    "",
    "a",
    "a@",
    "@b",
    "a@b@c",
    "a b@c.d",
    "a@b c",
    "a@b\n",
    "<a@b.c>",
    "a,b@c.d",
    "A <a@b.c>",
    ".a@b.c",
    "a..b@c.d",
]
NO_ADDRESSES += ["=?utf-8?q?x?=@b.c", "a@-b.c", "a@b..c", "a\r\n@b.c", "é@b.c", "a@" + "b" * 300]


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_is_no_bare_address_is_refused(text: str) -> None:
    assert not is_address(text)
    assert is_address("backup+holdfast@mail.example.com")


@pytest.mark.parametrize("text", ["a<b@c.d", "a,b@c.d", 'a"b@c.d', "a:b@c.d"])
def test_a_sender_that_no_message_can_name_is_refused_at_the_start(text: str) -> None:
    made: dict[str, Any] = {"database_url": "postgresql://db/holdfast", "smtp_url": "smtp://a", "mail_from": text}
    with pytest.raises(ValueError, match="one bare address"):
        Settings(**made)


@pytest.mark.parametrize(
    "url", ["http://a", "smtp://", "smtps+starttls://a", "smtp://user@a", "smtp://a/b", "smtp://a:99999", "a"]
)
def test_what_is_no_mail_server_is_refused_without_its_words(url: str) -> None:
    with pytest.raises(ValueError, match=r"^(it|Port)"):
        MailServer.of_url(url)
