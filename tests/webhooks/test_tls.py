"""The certificate must be valid for the host of the URL, though an address is connected to."""

from pathlib import Path

import pytest

from app.core.settings import Settings
from app.webhooks.outgoing import Outgoing
from app.webhooks.rules import Answer
from tests.webhooks.authority import Authority
from tests.webhooks.receiver import Receiver


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made_in(tmp_path_factory.mktemp("authority"))


async def loopback(_tenant: str, _host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


def trusting(file: str | None) -> Outgoing:
    return Outgoing(simulator=True, ca_file=file, resolve=loopback)


async def send(outgoing: Outgoing, *urls: str) -> list[Answer]:
    """One after another, over the same connections."""
    async with outgoing.connections() as connections:
        return [await outgoing.send(connections, url, "tenant", {}, "{}") for url in urls]


async def test_the_name_in_the_url_is_asked_for_and_checked(authority: Authority) -> None:
    asked: list[str | None] = []
    async with Receiver(tls=authority.server("receiver.example", asked)) as receiver:
        right = f"https://receiver.example:{receiver.port}/hook"
        wrong = f"https://other.example:{receiver.port}/hook"
        address = f"https://127.0.0.1:{receiver.port}/hook"
        assert [one.status for one in await send(trusting(authority.file), right, right)] == [204, 204]
        assert asked == ["receiver.example"], "the second one went over the first one's connection"
        refused = await send(trusting(authority.file), wrong, address)
        assert [(one.status, one.error) for one in refused] == [(None, "TLS failed: CERTIFICATE_VERIFY_FAILED")] * 2
        assert asked[1] == "other.example"
        (unknown,) = await send(trusting(None), right)
        assert unknown.error == "TLS failed: CERTIFICATE_VERIFY_FAILED"
        assert [got.headers["host"] for got in receiver.got] == [f"receiver.example:{receiver.port}"] * 2


async def test_a_connection_is_not_used_for_another_name_at_the_same_address(authority: Authority) -> None:
    async with Receiver(tls=authority.server("receiver.example", [])) as receiver:
        right, wrong = (f"https://{host}:{receiver.port}/hook" for host in ("receiver.example", "other.example"))
        found = await send(trusting(authority.file), right, wrong, right)
        assert [one.status for one in found] == [204, None, 204]
        assert len(receiver.got) == 2


async def test_the_setting_adds_roots(authority: Authority) -> None:
    settings = Settings(_env_file=None, simulator=True, webhook_ca_file=Path(authority.file))
    async with Receiver(tls=authority.server("localhost", [])) as receiver:
        (found,) = await send(Outgoing.of(settings), f"https://localhost:{receiver.port}/hook")
    assert (found.status, found.error) == (204, None)
