"""What somebody tries who has every role in one tenant and wants to know of another: 404s, keys, cursors, spellings.

The parties are made once for all of it: that takes longer than a thousand requests.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.isolation.api_document import document
from tests.isolation.foreign_requests import Asking, Party, askings, queried
from tests.isolation.parties import CANARY, person, settle_party
from tests.world import KEEP, World

BOSS = "other-boss"


def told(answer: httpx.Response, *words: str) -> tuple[int, str]:
    """The whole answer but for the words that the request itself named."""
    text = answer.text
    for word in words:
        text = text.replace(word, "...")
    return answer.status_code, text


def by_id(world: World, theirs: Party) -> Iterator[tuple[Asking, str]]:
    """Every operation of a tenant whose path names a thing by its id: with theirs."""
    for asking in askings(document(world), theirs):
        for word in asking.path.values():
            if not asking.permission.startswith(("tenants:", "platform")) and _is_id(word):
                yield asking, word


def _is_id(word: str) -> bool:
    try:
        return str(UUID(word)) == word
    except ValueError:
        return False


async def what_is_anothers_answers_as_what_is_nobodys_to_the_last_letter(world: World, canary: Party) -> None:
    """Also to conditional requests: an ETag of what may not be seen is neither right nor wrong."""
    asked = 0
    async with person(world, BOSS) as boss:
        for asking, theirs in by_id(world, canary):
            nobodys = str(uuid4())
            for headers in ({}, {"If-None-Match": "*"}, {"If-Match": '"0"'}, {"If-Match": "*"}):
                answers = [
                    told(
                        await boss.request(
                            asking.method,
                            asking.url.replace(theirs, word),
                            headers=headers,
                            json=asking.body if asking.body is not None else None,
                        ),
                        word,
                    )
                    for word in (theirs, nobodys)
                ]
                asked += 1
                assert answers[0] == answers[1], (asking.method, asking.template, headers)
                assert answers[0][0] == 404, (asking.method, asking.template, headers, answers[0][1])
    assert asked >= 80


async def another_spelling_of_what_is_anothers_opens_nothing(world: World, canary: Party) -> None:
    async with person(world, BOSS) as boss:
        vault = canary["vault"]
        for word in (
            vault.upper(),
            vault.replace("-", ""),
            f"{{{vault}}}",
            f"urn:uuid:{vault}",
            f"{vault}/",
            f"{vault}%2F",
            f"%20{vault}",
            f"{vault}%00",
            f"../vaults/{vault}",
            f"{vault};x=y",
            f"{vault}%3Fa=b",
        ):
            answer = await boss.get(f"/v1/vaults/{word}")
            assert answer.status_code in {404, 422}, (word, answer.text)
            assert CANARY not in answer.text
        for path in ("//v1/vaults", "/V1/vaults", "/v1//vaults", "/v1/vaults/", "/v1/./vaults", "/v1/%76aults/"):
            answer = await boss.get(path)
            assert answer.status_code in {200, 404}, path
            assert CANARY not in answer.text, path
        for change in (str.upper, str.swapcase, str.title):
            for name, parameter in (("vm", "vm_id"), ("group_id", "target_resource_group_id")):
                where = "/v1/protected-items" if name == "vm" else "/v1/permissions/check"
                params = {parameter: change(canary[name])} | ({} if name == "vm" else {"operation": "create_restore"})
                answer = await boss.get(where, params=params)
                assert (answer.status_code, answer.json()["code"]) == (404, "not_granted"), (params, answer.text)
            body = {"vm_id": change(canary["vm"]), "policy_id": canary["policy"]}
            answer = await boss.post("/v1/protected-items", json=body)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_granted"), answer.text


async def a_foreign_tenant_in_the_header_answers_as_one_that_never_was(world: World, canary: Party) -> None:
    async with person(world, BOSS) as boss:
        for asking in [*askings(document(world), canary), *queried(document(world), canary)]:
            if asking.permission.startswith(("tenants:", "platform")):
                continue
            answers = []
            for tenant in (canary["tenant"], "never-was"):
                headers = {"Holdfast-Tenant": tenant, "If-Match": "*"}
                answer = await boss.request(
                    asking.method, asking.url, params=dict(asking.query), json=asking.body, headers=headers
                )
                answers.append(told(answer, tenant))
            assert answers[0] == answers[1], asking
            assert answers[0][0] == 404, (asking, answers[0][1])
        assert (await boss.get("/v1/vaults", headers={"Holdfast-Tenant": "other"})).status_code == 200


async def a_key_a_cursor_or_a_label_of_anothers_finds_nothing(world: World, canary: Party) -> None:
    path, body = f"/v1/protected-items/{canary['item']}/backups", {"retain_until": KEEP}
    headers = {"Idempotency-Key": "one-key"}
    async with (
        person(world, f"{CANARY}-boss") as theirs,
        person(world, f"{CANARY}-operator") as colleague,
        person(world, BOSS) as boss,
    ):
        first = await theirs.post(path, json=body, headers=headers)
        assert first.status_code == 202, first.text
        assert (await boss.post(path, json=body, headers=headers)).status_code == 404
        # Within a tenant a key is its caller's own, too.
        again = await colleague.post(path, json=body, headers=headers)
        assert (again.status_code, again.json()["id"] != first.json()["id"]) == (202, True)
        assert (await theirs.post(path, json=body, headers=headers)).json()["id"] == first.json()["id"]
        for name in ("vaults", "jobs", "restores", "approvals", "audit"):
            page = (await theirs.get(f"/v1/{name}", params={"limit": 1})).json()
            assert page["next"] is not None or name not in {"jobs", "audit"}
            if page["next"] is not None:
                answer = await boss.get(f"/v1/{name}", params={"cursor": page["next"]})
                assert answer.status_code == 200, answer.text
                assert CANARY not in answer.text, name
        for query in ({"label": canary["label"]}, {"reference": canary["reference"]}):
            assert (await boss.get("/v1/jobs", params=query)).json()["items"] == []


async def a_lost_role_is_not_kept_in_a_key(world: World, canary: Party) -> None:
    """A replay is a request like any other: first it is checked whether the caller may."""
    path, body = f"/v1/protected-items/{canary['item']}/backups", {"retain_until": KEEP}
    headers = {"Idempotency-Key": "a-key"}
    who = f"{CANARY}-operator"
    async with person(world, who) as operator:
        assert (await operator.post(path, json=body, headers=headers)).status_code == 202
        await world.rows("UPDATE members SET roles = '[\"reader\"]' WHERE object_id = :who RETURNING id", who=who)
        world.services.access.forget()
        assert (await operator.post(path, json=body, headers=headers)).status_code == 403


async def what_needs_no_token_names_nobody(world: World, canary: Party) -> None:
    async with world.client(token=None) as nobody:
        for path in ("/healthz", "/readyz", "/metrics", "/openapi.json", "/docs"):
            answer = await nobody.get(path)
            assert answer.status_code == 200, path
            said = answer.text + str(answer.headers)
            assert CANARY not in said, path
            assert not [word for word in canary.things.values() if word in said], path


async def a_platform_admin_sees_nothing_of_what_is_in_a_tenant(world: World, canary: Party) -> None:
    who: dict[str, Any] = {"oid": "ruler", "sub": "ruler", "roles": ["platform_admin"]}
    asked = 0
    async with world.client(**who) as ruler:
        for asking in [*askings(document(world), canary), *queried(document(world), canary)]:
            if asking.permission == "any" or asking.permission.startswith(("tenants:", "platform")):
                continue
            for headers in ({}, {"Holdfast-Tenant": canary["tenant"]}):
                answer = await ruler.request(
                    asking.method,
                    asking.url,
                    params=dict(asking.query),
                    json=asking.body,
                    headers={"If-Match": "*", **headers},
                )
                asked += 1
                assert answer.status_code in {403, 404}, (asking, answer.text)
                assert CANARY not in told(answer, *asking.sent)[1], asking
    assert asked >= 80


async def test_no_request_of_another_tenants_admin_tells_anything(world: World) -> None:
    canary = await settle_party(world, CANARY)
    await settle_party(world, "other")
    await what_is_anothers_answers_as_what_is_nobodys_to_the_last_letter(world, canary)
    await another_spelling_of_what_is_anothers_opens_nothing(world, canary)
    await a_foreign_tenant_in_the_header_answers_as_one_that_never_was(world, canary)
    await a_key_a_cursor_or_a_label_of_anothers_finds_nothing(world, canary)
    await a_platform_admin_sees_nothing_of_what_is_in_a_tenant(world, canary)
    await what_needs_no_token_names_nobody(world, canary)
    await a_lost_role_is_not_kept_in_a_key(world, canary)
