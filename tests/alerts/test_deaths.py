"""Workers that die around a mail and around a digest: at least once, with one Message-ID; a digest is written once.

A worker is killed by an exception that nothing catches: its transaction ends without a commit, its lease stays.
"""

import asyncio
from typing import Any

import pytest

from app.alerts.mail import digest, sending
from app.alerts.mail.sending import MailLoop
from app.alerts.mail.server import MailServer
from tests.alerts.alert_steps import TENANT, Steps
from tests.alerts.test_mail import SENDER, Handler, loop_of, mail_server, send_all, states, write

LEASE_ENDS = "UPDATE alert_mails SET lease_until = clock_timestamp() WHERE state = 'pending'"


async def die(*_: Any, **__: Any) -> Any:
    raise asyncio.CancelledError


async def killed(steps: Steps, port: int, patched: pytest.MonkeyPatch, target: Any, name: str) -> None:
    """A worker dies when it comes to that; another one finds its lease, and then finds it ended."""
    with patched.context() as patch:
        patch.setattr(target, name, die)
        with pytest.raises(asyncio.CancelledError):
            await loop_of(steps, port).run_once()
    await send_all(loop_of(steps, port))
    assert await states(steps) == {"pending": 1}, "it is leased"
    await steps.sql(LEASE_ENDS)
    await send_all(loop_of(steps, port), loop_of(steps, port))
    assert await states(steps) == {"sent": 1}


@pytest.mark.parametrize(
    ("target", "name", "times"),
    [(MailServer, "send", 1), (sending, "hold", 2)],
    ids=["between its commit and the sending", "after the sending, before its commit"],
)
async def test_a_worker_that_dies_around_the_sending(
    steps: Steps, monkeypatch: pytest.MonkeyPatch, target: Any, name: str, times: int
) -> None:
    """It is sent again only if the mail server had taken it, and as the same mail."""
    handler = Handler()
    await write(steps)
    async with mail_server(handler) as port:
        await killed(steps, port, monkeypatch, target, name)
    assert (len(handler.taken), len({one["Message-ID"] for one in handler.taken})) == (times, 1)


@pytest.mark.parametrize("is_written", [False, True], ids=["before the commit", "between commit and sending"])
async def test_a_worker_that_dies_around_the_digest(
    steps: Steps,
    monkeypatch: pytest.MonkeyPatch,
    is_written: bool,  # noqa: FBT001
) -> None:
    handler, whole = Handler(), digest.write_due
    await steps.sql(
        "INSERT INTO alert_rules (tenant, kind, enabled, mail) VALUES (:t, 'job_failed', true, CAST(:to AS jsonb))",
        t=TENANT,
        to='["a@example.com"]',
    )
    await steps.sql("INSERT INTO alert_digests (tenant, last_day) VALUES (:t, current_date - 5)", t=TENANT)

    async def write_and_die(*given: Any) -> None:
        await whole(*given)
        await die()

    async with mail_server(handler) as port:
        with monkeypatch.context() as patch:
            if is_written:
                patch.setattr(MailServer, "send", die)
            else:
                patch.setattr(digest, "write_due", write_and_die)
            with pytest.raises(asyncio.CancelledError):
                await loop_of(steps, port).run_once()
        assert len(await steps.sql("SELECT 1 FROM alert_mails")) == is_written
        await steps.sql(LEASE_ENDS)
        await send_all(loop_of(steps, port), loop_of(steps, port))
    assert await states(steps) == {"sent": 1}
    assert len(handler.taken) == 1


async def test_mails_do_not_wait_for_ever_where_no_mail_server_is_set(steps: Steps) -> None:
    loop = MailLoop(steps.database, server=None, sender=SENDER, time_zone="UTC")
    await write(steps)
    assert await loop.run_once() is None
    assert await states(steps) == {"pending": 1}
    await steps.sql("UPDATE alert_mails SET created_at = created_at - interval '7 hours'")
    assert await loop.run_once() is None
    assert await states(steps) == {"failed": 1}
