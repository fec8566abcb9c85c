"""How often one may ask: each principal by themself, and others by their address."""

from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from app.identity.access import limits as limits_module
from app.identity.access.limits import Counters, RequestLimits, network_of
from app.identity.tokens.principal import Principal
from tests.identity.forged_tokens import an_hour_ago
from tests.world import World, open_world

MONA = Principal("https://issuer.example", "directory", "mona", "Mona", frozenset(), frozenset(), None)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock for the windows alone, that moves when told."""
    clock = SimpleNamespace(now=1_000_000.0)
    monkeypatch.setattr(limits_module, "time", SimpleNamespace(time=lambda: clock.now))
    return clock


def test_a_window_counts_and_then_begins_anew(clock: SimpleNamespace) -> None:
    counters = Counters()
    assert [counters.incr("a", 60) for _ in range(3)] == [1, 2, 3]
    clock.now += 59.9
    assert (counters.get("a"), counters.incr("a", 60)) == (3, 4)
    clock.now += 0.2
    assert (counters.get("a"), counters.incr("a", 60)) == (0, 1)
    assert counters.get_expiry("a") == clock.now + 60


def test_counters_are_bounded_and_the_oldest_window_goes_first(clock: SimpleNamespace) -> None:
    counters = Counters(most=3)
    for number in range(5):
        clock.now += 1
        counters.incr(f"key-{number}", 60)
    assert [counters.get(f"key-{number}") for number in range(5)] == [0, 0, 1, 1, 1]
    counters.incr("key-3", 60)  # one that is there pushes nobody out
    assert (counters.get("key-2"), counters.get("key-3"), counters.reset()) == (1, 2, 3)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_an_address_counts_as_the_network_its_owner_has(address: str, network: str) -> None:
    assert network_of(address) == network


def test_what_a_caller_is_told_is_what_the_drafts_syntax_says(clock: SimpleNamespace) -> None:
    limits = RequestLimits(per_principal=100, bad_tokens=1)
    told: limits_module.Headers = []
    limits.count(MONA, told)
    clock.now += 45
    limits.count(MONA, told)
    assert told == [
        (b"ratelimit-policy", b'"principal";q=100;w=60'),
        (b"ratelimit", b'"principal";r=99;t=60'),
        (b"ratelimit-policy", b'"principal";q=100;w=60'),
        (b"ratelimit", b'"principal";r=98;t=15'),
    ]


async def test_a_principal_who_asks_too_often_waits_and_nobody_else_does(
    database_url: str, signing_key: rsa.RSAPrivateKey, clock: SimpleNamespace
) -> None:
    async with open_world(database_url, signing_key, rate_per_minute=3) as world:
        for left in (2, 1, 0):
            answer = await world.api.get("/v1/jobs")
            assert (answer.status_code, answer.headers["RateLimit"]) == (200, f'"principal";r={left};t=60')
            assert answer.headers["RateLimit-Policy"] == '"principal";q=3;w=60'
        clock.now += 20
        refused = await world.api.post("/v1/vaults", content=b"{", headers={"Content-Type": "application/json"})
        assert (refused.status_code, refused.json()["code"], refused.json()["retryable"]) == (429, "rate_limited", True)
        assert (refused.headers["Retry-After"], refused.headers["RateLimit"]) == ("40", '"principal";r=0;t=40')
        async with world.client(oid="somebody-else") as other, world.client(scp="access") as another_token:
            assert (await other.get("/v1/jobs")).status_code == 200
            assert (await another_token.get("/v1/jobs")).status_code == 429  # the same person
        clock.now += 40
        assert (await world.api.get("/v1/jobs")).status_code == 200


async def test_every_answer_to_a_known_caller_says_what_is_left(world: World) -> None:
    for method, path, status in (
        ("GET", "/v1/jobs", 200),
        ("HEAD", "/v1/jobs", 200),
        ("GET", "/v1/jobs/0198c0de-0000-7000-8000-000000000000", 404),
        ("GET", "/v1/jobs?limit=0", 422),
        ("POST", "/v1/vaults", 422),
    ):
        answer = await world.api.request(method, path, json={} if method == "POST" else None)
        assert answer.status_code == status, path
        assert answer.headers["RateLimit"].startswith('"principal";r='), path
    async with world.client(None) as stranger:
        for path in ("/healthz", "/v1/jobs"):
            assert "RateLimit" not in (await stranger.get(path)).headers


async def test_an_address_with_too_many_bad_tokens_is_shut_out_but_for_those_it_knows(
    database_url: str, signing_key: rsa.RSAPrivateKey, clock: SimpleNamespace
) -> None:
    async with open_world(database_url, signing_key, bad_tokens_per_minute=4) as world:
        assert (await world.api.get("/v1/jobs")).status_code == 200
        bad, expired = world.client("bad"), world.client(exp=an_hour_ago())
        nobody, newcomer = world.client(None), world.client(oid="newcomer")
        async with bad, expired, nobody, newcomer:
            for caller in (bad, expired, nobody, bad):
                assert (await caller.get("/v1/jobs")).status_code == 401
            clock.now += 30
            for caller in (bad, expired, nobody, newcomer):
                answer = await caller.get("/v1/jobs")
                assert (answer.status_code, answer.json()["code"]) == (429, "too_many_bad_tokens")
                assert answer.headers["Retry-After"] == "30"
            assert (await world.api.get("/v1/jobs")).status_code == 200
            clock.now += 30
            assert (await newcomer.get("/v1/jobs")).status_code == 200
            assert (await bad.get("/v1/jobs")).status_code == 401
