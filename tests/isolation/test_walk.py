"""The OpenAPI document, walked: every operation as nobody, as every role, and with every word of another tenant."""

from collections import defaultdict

import httpx
import pytest

from app.core.settings import Settings
from app.identity.access.dependencies import SecuredRoute
from app.identity.access.permissions import PLATFORM, ROLES, Permission
from app.main import create_app, openapi_document
from app.wiring import RENDERINGS
from tests.bench.walls import set_walls
from tests.isolation.api_document import Json, document
from tests.isolation.foreign_requests import (
    BODIES,
    NOT_SWAPPED,
    WITHOUT_TOKEN,
    Asking,
    Party,
    askings,
    intrusions,
    leaves,
    named_fields,
    operations,
    queried,
    with_more_bodies,
)
from tests.isolation.parties import CANARY, person, settle_party, without_the_filter
from tests.world import World


@pytest.fixture
async def canary(world: World) -> Party:
    """The tenant whose things are looked for in everybody else's answers."""
    return await settle_party(world, CANARY)


@pytest.fixture
async def other(world: World, canary: Party) -> Party:
    del canary
    return await settle_party(world, "other")


async def ask(client: httpx.AsyncClient, asking: Asking) -> httpx.Response:
    more: Json = {"headers": {"If-Match": "*"}} if asking.method in {"PUT", "PATCH", "DELETE"} else {}
    more |= {} if asking.body is None else {"json": asking.body}
    return await client.request(asking.method, asking.url, params=dict(asking.query), **more)


def test_every_operation_declares_a_permission_that_exists(world: World) -> None:
    for method, path, operation in operations(document(world)):
        assert operation.get("x-permission") in set(Permission), f"{method} {path}"
        assert "requestBody" not in operation or operation["operationId"] in BODIES, f"{method} {path}: write its body"


def test_whatever_lies_under_v1_asks_who_is_calling_documented_or_not() -> None:
    """Also the paths that only say which methods are not there: they are in no document, so no walk comes by them."""
    app = create_app(Settings(oidc_issuers=()))
    routes = [route for one in app.routes for route in getattr(getattr(one, "original_router", None), "routes", [one])]
    under_v1 = [route for route in routes if str(getattr(route, "path", "")).startswith("/v1")]
    open_to_all = [route for route in under_v1 if not isinstance(route, SecuredRoute)]
    assert {getattr(route, "path", "") for route in open_to_all} == WITHOUT_TOKEN
    assert len(under_v1) > len(list(operations(app.openapi())))


def test_every_field_of_a_body_that_names_something_is_tried() -> None:
    written, party = openapi_document(), Party(defaultdict(lambda: "word"))
    filled = {
        f"{asking.operation} {pointer}"
        for asking in with_more_bodies(written, party)
        for pointer, _ in leaves(asking.body)
    }
    named = set(named_fields(written))
    assert len(named) >= 20
    assert named - filled == set(NOT_SWAPPED)


def test_every_permission_is_somebodys_and_every_one_is_used(world: World) -> None:
    declared = {operation["x-permission"] for _, _, operation in operations(document(world))}
    # Of what an event shows to some of its readers only, no route speaks.
    declared |= {str(one.permission) for one in RENDERINGS.by_type.values() if one.permission is not None}
    granted = frozenset().union(*ROLES.values()) | PLATFORM | {Permission.ANY}
    assert {str(permission) for permission in Permission} == declared == {str(permission) for permission in granted}


async def test_no_route_admits_a_request_without_a_valid_token(world: World, canary: Party) -> None:
    async with world.client(token=None) as nobody:
        for asking in askings(document(world), canary):
            answer = await ask(nobody, asking)
            assert answer.status_code == 401, (asking, answer.text)
            assert "WWW-Authenticate" in answer.headers
            assert CANARY not in answer.text


async def test_a_role_may_what_its_permissions_say_and_nothing_else(world: World, canary: Party) -> None:
    """Asked with the tenant's own words: refused with 403 exactly where the role lacks the permission."""
    asked = [*askings(document(world), canary), *queried(document(world), canary)]
    for role in (*ROLES, "nothing at all"):
        allowed = {Permission.ANY, *ROLES.get(role, ())}
        assert 0 < sum(asking.permission in allowed for asking in asked) < len(asked), role
        async with person(world, f"{CANARY}-{role}") as client:
            for asking in asked:
                answer = await ask(client, asking)
                if asking.permission in allowed:
                    assert answer.status_code not in {401, 403}, (role, asking, answer.text)
                else:
                    assert answer.status_code == 403, (role, asking, answer.text)
                    assert answer.json()["code"] in {"role_missing", "not_a_member"}


async def test_a_token_for_reading_only_changes_nothing(world: World, canary: Party) -> None:
    boss = f"{CANARY}-boss"
    async with world.client(oid=boss, sub=boss, roles=[], scp="read") as client:
        for asking in askings(document(world), canary):
            answer = await ask(client, asking)
            if not Permission(asking.permission).is_read:
                assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing"), (asking, answer.text)
    async with world.client(oid=boss, sub=boss, roles=[], scp="openid profile") as client:
        for asking in askings(document(world), canary):
            assert (await ask(client, asking)).status_code == 403, asking


def leaks(asking: Asking, answer: httpx.Response, theirs: Party) -> list[str]:
    """What an answer tells of the other tenant beyond what was sent, and an answer that is no refusal."""
    said = answer.text + str(answer.headers)
    for word in sorted(asking.sent, key=len, reverse=True):
        said = said.replace(word, "")
    found = [word for word in theirs.things.values() if word not in asking.sent and word in said]
    found += [CANARY] if CANARY in said else []
    is_empty_page = asking.foreign is not None and asking.foreign.startswith("query") and _is_empty(answer)
    if answer.status_code != 404 and not is_empty_page and not _is_failed_check(asking, answer):
        found.append(f"status {answer.status_code}")
    return found


def _is_failed_check(asking: Asking, answer: httpx.Response) -> bool:
    """A preflight says of a point that its own item has none of that id: that is its 404."""
    if (asking.operation, asking.foreign) != ("preflight_restore", "body /recovery_point/id"):
        return False
    return [check["code"] for check in answer.json()["checks"] if check["status"] == "failed"] == [
        "recovery_point_not_found"
    ]


def _is_empty(answer: httpx.Response) -> bool:
    return answer.status_code == 200 and answer.json().get("items") == []


async def walk(world: World, mine: Party, theirs: Party) -> tuple[int, dict[str, list[str]]]:
    """(how many requests, what leaked, by request), asked by somebody who has every role in the other tenant."""
    found: dict[str, list[str]] = {}
    asked = 0
    async with person(world, "other-boss") as client:
        for asking in intrusions(document(world), mine, theirs):
            if Permission(asking.permission) in PLATFORM:
                continue
            asked += 1
            answer = await ask(client, asking)
            if told := leaks(asking, answer, theirs):
                found[f"{asking.method} {asking.template} {asking.foreign}"] = [*told, answer.text[:300]]
    return asked, found


async def triggered(world: World) -> int:
    return len(world.triggers)


async def test_no_word_of_another_tenant_opens_anything(world: World, canary: Party, other: Party) -> None:
    before = await triggered(world)
    asked, found = await walk(world, other, canary)
    assert found == {}
    assert asked >= 40
    await world.settle()
    assert await triggered(world) == before


async def test_row_level_security_alone_separates_tenants_without_the_filters_of_the_code(
    world: World, canary: Party, other: Party
) -> None:
    """The second wall alone: row-level security."""
    with without_the_filter(world.services.database.engine) as taken:
        asked, found = await walk(world, other, canary)
    assert found == {}
    assert sum(taken) >= asked / 2


async def test_without_both_walls_the_walk_finds_leaks(world: World, canary: Party, other: Party) -> None:
    """The walk can fail: this is what it looks like."""
    set_walls(world.settings.database_dsn, up=False)
    with without_the_filter(world.services.database.engine):
        _, found = await walk(world, other, canary)
    assert {name for name in found if name.startswith("GET")} >= {"GET /v1/vaults/{vault_id} path vault_id"}


async def test_lists_show_each_tenant_its_own(world: World, canary: Party, other: Party) -> None:
    async with person(world, "other-boss") as client:
        for asking in askings(document(world), other):
            if asking.method == "GET" and Permission(asking.permission) not in PLATFORM:
                answer = await ask(client, asking)
                assert CANARY not in answer.text, (asking, answer.text)
                assert not [word for word in canary.things.values() if word in answer.text], asking
