"""No forbidden target is connected to: not when it is written down, and not when its name leads elsewhere later."""

import asyncio
import socket
from collections.abc import Callable, Coroutine, Sequence
from functools import wraps
from ipaddress import ip_address
from typing import Any

import pytest

from app.core.networks import allowed_networks
from app.webhooks.outgoing import Outgoing, TargetUnresolved
from app.webhooks.targets import TargetForbidden, forbidden, target_of
from tests.each import each
from tests.webhooks.forbidden_targets import ADDRESSES, URLS

PUBLIC = ("8.8.8.8", "1.1.1.1", "93.184.216.34", "100.63.255.255", "172.32.0.1", "2606:4700::1111", "2a00:1450::1")


class Names:
    """A name server that says what it is told to, and counts."""

    def __init__(self, *answers: str) -> None:
        self.answers: Sequence[str] = answers
        self.asked = 0

    async def __call__(self, _tenant: str, _host: str, _port: int) -> Sequence[str]:
        self.asked += 1
        return self.answers


def on_pythons_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Not on uvloop, which connects below any layer that a test can watch."""

    @wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(test(*arguments, **named))

    return run


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every attempt to connect, at the lowest layer that Python has; none is made."""
    tried: list[Any] = []

    def refuse(*arguments: Any, **_: Any) -> Any:
        tried.append(arguments[1:])
        raise ConnectionRefusedError

    async def refuse_later(*arguments: Any, **_: Any) -> Any:
        refuse(*arguments)

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    kind = asyncio.BaseEventLoop
    monkeypatch.setattr(kind, "create_connection", refuse_later)
    monkeypatch.setattr(asyncio.selector_events.BaseSelectorEventLoop, "sock_connect", refuse_later)
    return tried


async def send(outgoing: Outgoing, url: str) -> Any:
    async with outgoing.connections() as open_ones:
        return await outgoing.send(open_ones, url, "tenant", {}, "{}")


def test_there_are_enough_of_them() -> None:
    assert len(set(ADDRESSES)) + len(set(URLS)) >= 120


@on_pythons_loop
async def test_none_of_them_is_connected_to(connections: list[Any]) -> None:
    for url in URLS:
        outgoing = Outgoing()
        with pytest.raises((TargetForbidden, TargetUnresolved)):
            await outgoing.check(url, "tenant")
        assert (await send(outgoing, url)).status is None, url
    for address in ADDRESSES:
        for answers in ((address,), ("8.8.8.8", address), (address, "8.8.8.8")):
            names = Names(*answers)
            with pytest.raises(TargetForbidden):
                await Outgoing(resolve=names).check("https://receiver.example/hook", "tenant")
            answer = await send(Outgoing(resolve=names), "https://receiver.example/hook")
            assert answer.is_forbidden, address
            assert names.asked == 2, "each look asks once"
    assert connections == []


@on_pythons_loop
async def test_a_name_that_leads_elsewhere_later_is_not_followed(connections: list[Any]) -> None:
    for address in ADDRESSES:
        names = Names("8.8.8.8")
        outgoing = Outgoing(resolve=names)
        await outgoing.check("https://receiver.example/hook", "tenant")
        names.answers = (address,)
        assert (await send(outgoing, "https://receiver.example/hook")).is_forbidden, address
    assert connections == []
    names.answers = ("8.8.8.8",)
    answer = await send(outgoing, "https://receiver.example/hook")
    assert (answer.status, answer.is_forbidden) == (None, False)
    assert len(connections) == 1, "the layer that counts is the one that connects"


@each(PUBLIC)
def test_a_public_address_may_be_called(address: str) -> None:
    assert forbidden(ip_address(address), (), simulator=False) is None


def test_a_named_network_may_be_called_but_for_what_is_never_called() -> None:
    everything = allowed_networks(["0.0.0.0/0", "::/0"])
    for address in ADDRESSES:
        found = ip_address(address.partition("%")[0])
        word = forbidden(found, everything, simulator=False)
        never = found.is_loopback or found.is_link_local or found.is_multicast or found.is_unspecified
        if never or address in {"168.63.129.16", "255.255.255.255"}:
            assert word is not None, address
    assert forbidden(ip_address("10.20.1.1"), allowed_networks(["10.20.0.0/16"]), simulator=False) is None
    assert forbidden(ip_address("10.21.1.1"), allowed_networks(["10.20.0.0/16"]), simulator=False) is not None
    assert forbidden(ip_address("fd00::1"), allowed_networks(["fd00::/64"]), simulator=False) is None


@each(["169.254.0.0/24", "168.63.129.16", "127.0.0.0/8", "::1", "fe80::/64", "64:ff9b::/96", "10.0.0.1/8", "x", ""])
def test_a_network_that_is_never_called_cannot_be_named(word: str) -> None:
    with pytest.raises(ValueError, match="number 1"):
        allowed_networks([word])


async def test_loopback_and_http_are_for_the_simulator_only() -> None:
    simulated = Outgoing(simulator=True)
    assert (await simulated.check("http://127.0.0.1:8080/x", "tenant")).target.port == 8080
    with pytest.raises(TargetForbidden):
        await Outgoing(simulator=True, resolve=Names("8.8.8.8")).check("http://receiver.example/", "tenant")
    with pytest.raises(TargetForbidden):
        await Outgoing(simulator=True, resolve=Names("169.254.169.254")).check("https://receiver.example/", "tenant")


@each(
    {
        "HTTPS://Receiver.Example./Hook?a=B": "https://receiver.example/Hook?a=B",
        "https://receiver.example:443": "https://receiver.example/",
        "https://receiver.example:8443/": "https://receiver.example:8443/",
        "https://bücher.example/": "https://xn--bcher-kva.example/",
        "https://[2606:4700:0:0::1111]/": "https://[2606:4700::1111]/",
    }.items()
)
def test_a_target_has_one_spelling(spelt: tuple[str, str]) -> None:
    assert target_of(spelt[0], simulator=False).url == spelt[1]
