"""/v1/tenants and /v1/me: who makes tenants, what they say, and that a change is heard."""

import asyncio
from typing import Any
from unittest.mock import patch

import pytest

from app.identity.access.permissions import PLATFORM_ADMIN, ROLES
from tests.tenants.tenant_steps import DIRECTORY, TENANT, client_of, make, member
from tests.world import HOME, ISSUER, SUBSCRIPTION, VAULT, World

GROUP = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


async def test_a_tenant_is_made_read_changed_and_deleted(world: World) -> None:
    body = TENANT | {"quotas": {"concurrent_restores": 3}, "approvals": ["restore"]}
    made = await world.api.post("/v1/tenants", json=body)
    assert made.status_code == 201
    path, tenant = made.headers["Location"], made.json()
    assert tenant["grants"] == [{"subscription_id": SUBSCRIPTION, "resource_group": None}]
    assert tenant["quotas"] == {
        "concurrent_restores": 3,
        "backups_per_vm_and_day": None,
        "protected_items": None,
        "live_reads_per_minute": None,
        "webhooks": None,
        "recovery_plans": None,
        "restore_tests": None,
        "concurrent_tear_downs": None,
        "open_bulk_requests": None,
        "protection_rules": None,
    }
    read = await world.api.get(path)
    assert (read.json(), read.headers["ETag"]) == (tenant, made.headers["ETag"])
    assert (await world.api.get(path, headers={"If-None-Match": read.headers["ETag"]})).status_code == 304

    changed = await world.api.patch(
        path, json={"quotas": {"protected_items": 5}}, headers={"If-Match": read.headers["ETag"]}
    )
    assert changed.status_code == 200
    assert changed.json()["quotas"]["protected_items"] == 5
    assert changed.json()["quotas"]["concurrent_restores"] is None  # what is sent replaces the whole of it
    assert changed.json()["approvals"] == ["restore"]
    assert (await world.api.delete(path, headers={"If-Match": read.headers["ETag"]})).status_code == 412
    assert (await world.api.delete(path)).status_code == 204
    assert (await world.api.get(path)).json()["code"] == "tenant_not_found"


async def test_a_change_says_which_version_it_changes(world: World) -> None:
    path = f"/v1/tenants/{(await make(world))['id']}"
    etag = (await world.api.get(path)).headers["ETag"]
    missing = await world.api.patch(path, json={"name": "Other"})
    assert (missing.status_code, missing.json()["code"]) == (428, "precondition_required")
    assert (await world.api.patch(path, json={"name": "Other"}, headers={"If-Match": etag})).status_code == 200
    stale = await world.api.patch(path, json={"name": "Third"}, headers={"If-Match": etag})
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")


async def test_of_two_changes_with_one_etag_at_once_one_is_made(world: World) -> None:
    path = f"/v1/tenants/{(await make(world))['id']}"
    etag = {"If-Match": (await world.api.get(path)).headers["ETag"]}
    answers = await asyncio.gather(*(world.api.patch(path, json={"name": f"N{n}"}, headers=etag) for n in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7


async def test_a_name_is_unique_in_any_letter_case_also_at_once(world: World) -> None:
    names = ["Payments", "PAYMENTS", "payments", "paymentS"]
    answers = await asyncio.gather(*(world.api.post("/v1/tenants", json=TENANT | {"name": name}) for name in names))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {answer.json().get("code") for answer in answers} == {None, "tenant_exists"}
    other = await make(world, name="Other")
    path = f"/v1/tenants/{other['id']}"
    taken = await world.api.patch(path, json={"name": "PayMents"}, headers={"If-Match": "*"})
    assert (taken.status_code, taken.json()["pointer"]) == (409, "#/name")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"grants": [{"subscription_id": "*"}]}, "#/grants/0/subscription_id"),
        ({"grants": [{"subscription_id": SUBSCRIPTION}, {"subscription_id": "no"}]}, "#/grants/1/subscription_id"),
        ({"grants": [{"subscription_id": SUBSCRIPTION, "resource_group": "a/b"}]}, "#/grants/0/resource_group"),
        ({"grants": [{"subscription_id": SUBSCRIPTION, "vault": "v"}]}, "#/grants/0/vault"),
        ({"quotas": {"restores": 1}}, "#/quotas/restores"),
        ({"quotas": {"webhooks": -1}}, "#/quotas/webhooks"),
        ({"approvals": ["everything"]}, "#/approvals/0"),
        ({"members": [member("a", "owner")]}, "#/members/0/roles/0"),
        ({"members": [member("a")]}, "#/members/0/roles"),
        ({"members": [member("a", "reader", issuer="https://other.example")]}, "#/members/0/issuer"),
        ({"members": [member("a", "reader"), {"kind": "group", "roles": ["reader"]}]}, "#/members/1/id"),
        ({"members": [member("a", "reader") | {"kind": "directory"}]}, "#/members/0/id"),
        ({"name": ""}, "#/name"),
        ({"name": "a\u0000b"}, "#/name"),
        ({"more": 1}, "#/more"),
    ],
)
async def test_what_a_tenant_cannot_be_is_pointed_at(world: World, change: dict[str, Any], pointer: str) -> None:
    answer = await world.api.post("/v1/tenants", json=TENANT | change)
    assert (answer.status_code, answer.json()["pointer"]) == (422, pointer)
    assert answer.json()["remedy"]
    assert [row["name"] for row in await world.rows("SELECT name FROM tenants WHERE name LIKE 'Pay%'")] == []


async def test_a_member_twice_is_refused_and_nothing_of_the_tenant_is_made(world: World) -> None:
    twice = [member("a", "reader"), member("a", "admin")]
    answer = await world.api.post("/v1/tenants", json=TENANT | {"members": twice})
    assert (answer.status_code, answer.json()["code"], answer.json()["pointer"]) == (
        409,
        "member_exists",
        "#/members/1",
    )
    assert await world.rows("SELECT 1 FROM tenants WHERE name = 'Payments'") == []


async def test_the_list_is_paged(world: World) -> None:
    made = {(await make(world, name=f"T{number}"))["id"] for number in range(5)} | {HOME}
    await world.api.get("/v1/vaults")
    seen, cursor = [], None
    while True:
        page = (await world.api.get("/v1/tenants", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        seen += [tenant["id"] for tenant in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert (set(seen), len(seen)) == (made, len(made))


@pytest.mark.parametrize("keys", [["tenants", "a\x00b"], ["tenants", "\ud800"], ["vaults", "a"], ["tenants"]])
async def test_a_forged_cursor_is_a_mistake_of_the_caller(world: World, keys: list[str]) -> None:
    from app.core.http.pages import encode_cursor  # noqa: PLC0415 - the forger's own tool

    answer = await world.api.get("/v1/tenants", params={"cursor": encode_cursor(keys[0], *keys[1:])})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")


async def test_only_platform_admins_of_the_first_issuer_make_tenants(world: World) -> None:
    for roles in ([], list(ROLES)):
        async with world.client(roles=roles) as other:
            for method, path in (
                ("GET", "/v1/tenants"),
                ("POST", "/v1/tenants"),
                ("GET", f"/v1/tenants/{HOME}"),
                ("PATCH", f"/v1/tenants/{HOME}"),
                ("DELETE", f"/v1/tenants/{HOME}"),
                ("GET", f"/v1/tenants/{HOME}/members"),
                ("POST", f"/v1/tenants/{HOME}/members"),
            ):
                answer = await other.request(method, path)
                assert (answer.status_code, answer.json()["code"]) == (403, "role_missing"), (roles, path)
    async with world.client(roles=[PLATFORM_ADMIN], tid=DIRECTORY) as admin:
        assert (await admin.get("/v1/tenants")).status_code == 200
        assert (await admin.get("/v1/vaults")).status_code == 403


async def test_a_tenant_that_has_something_is_not_deleted(world: World) -> None:
    tenant = await make(world, members=[member("dana", "admin")])
    async with client_of(world, "dana") as dana:
        answer = await dana.post("/v1/vaults", json=VAULT)
        assert answer.status_code == 202
        refused = await world.api.delete(f"/v1/tenants/{tenant['id']}")
        assert (refused.status_code, refused.json()["code"]) == (409, "tenant_in_use")
        assert (refused.json()["vaults"], refused.json()["jobs"]) == (1, 1)
        await world.settle()
        assert (await world.api.delete(f"/v1/tenants/{tenant['id']}")).json()["jobs"] == 0
        await dana.delete(f"/v1/vaults/{answer.json()['vault_id']}")
        await world.settle()
        assert (await world.api.delete(f"/v1/tenants/{tenant['id']}")).status_code == 204


async def test_every_change_is_in_the_audit_of_the_platform(world: World) -> None:
    tenant = await make(world)
    path = f"/v1/tenants/{tenant['id']}"
    somebody = (await world.api.post(f"{path}/members", json=member("a", "reader"))).json()
    await world.api.patch(f"{path}/members/{somebody['id']}", json={"roles": ["admin"]})
    await world.api.delete(f"{path}/members/{somebody['id']}")
    await world.api.patch(path, json={"name": "Other"}, headers={"If-Match": "*"})
    await world.api.delete(path)
    entries = await world.rows("SELECT action, target, tenant, actor_object_id FROM audit_entries ORDER BY id")
    mine = [entry for entry in entries if entry["target"].startswith(path)]
    assert [entry["action"] for entry in mine] == [
        "create_tenant",
        "create_member",
        "update_member",
        "delete_member",
        "update_tenant",
        "delete_tenant",
    ]
    assert {(entry["tenant"], entry["actor_object_id"]) for entry in mine} == {("", "caller-1")}


async def test_the_rights_of_a_caller_follow_their_membership_at_once(world: World) -> None:
    tenant = await make(world)
    path = f"/v1/tenants/{tenant['id']}/members"
    async with client_of(world, "dana") as dana:
        assert (await dana.get("/v1/vaults")).status_code == 403
        made = await world.api.post(path, json=member("dana", "reader", display_name="Dana"))
        assert (made.status_code, made.json()["display_name"]) == (201, "Dana")
        here = made.headers["Location"]
        world.services.access.forget()  # as its NOTIFY does; the next test waits for that
        assert (await dana.get("/v1/vaults")).status_code == 200
        assert (await dana.post("/v1/vaults", json=VAULT)).json()["code"] == "role_missing"
        await world.api.patch(here, json={"roles": ["admin"]})
        world.services.access.forget()
        assert (await dana.post("/v1/vaults", json=VAULT)).status_code == 202
        assert (await world.api.delete(here)).status_code == 204
        world.services.access.forget()
        assert (await dana.get("/v1/vaults")).status_code == 403
    listed = (await world.api.get(path)).json()["items"]
    assert listed == []
    assert (await world.api.patch(here, json={"roles": ["admin"]})).json()["code"] == "member_not_found"


async def test_a_change_is_heard_without_anybody_asking(world: World) -> None:
    tenant = await make(world)
    async with client_of(world, "dana") as dana:
        assert (await dana.get("/v1/vaults")).status_code == 403
        heard = asyncio.Event()
        with patch.object(world.services.access, "forget", heard.set):
            await world.api.post(f"/v1/tenants/{tenant['id']}/members", json=member("dana", "reader"))
            async with asyncio.timeout(10):
                await heard.wait()


async def test_groups_and_directories_let_in_too(world: World) -> None:
    await make(world, name="By group", members=[member(GROUP, "operator") | {"kind": "group"}])
    everybody = {"kind": "directory", "directory": "44444444-4444-4444-4444-444444444444", "roles": ["reader"]}
    await make(world, name="By directory", members=[everybody])
    async with client_of(world, "x", groups=[GROUP]) as grouped:
        mine = (await grouped.get("/v1/me")).json()["tenants"]
        assert [(tenant["name"], tenant["roles"]) for tenant in mine] == [("By group", ["operator"])]
    async with client_of(world, "y", tid=everybody["directory"], roles=["reader", "admin"]) as employee:
        mine = (await employee.get("/v1/me")).json()["tenants"]
        assert [(tenant["name"], tenant["roles"]) for tenant in mine if tenant["name"] == "By directory"] == [
            ("By directory", ["reader"])
        ]


# --- who am I --------------------------------------------------------------------------------------------------------
async def test_me_says_who_i_am_and_what_i_may(world: World) -> None:
    me = (await world.api.get("/v1/me")).json()
    assert (me["issuer"], me["object_id"], me["name"]) == (ISSUER, "caller-1", "tests")
    assert (me["kind"], me["scopes"], me["platform_admin"]) == ("application", None, True)
    assert me["platform_permissions"] == ["platform_audit:read", "tenants:read", "tenants:write"]
    assert me["acting_in"] == HOME
    assert [tenant["id"] for tenant in me["tenants"]] == [HOME]
    assert set(me["tenants"][0]["roles"]) == set(ROLES)


async def test_me_needs_no_membership(world: World) -> None:
    async with client_of(world, "nobody") as nobody:
        me = (await nobody.get("/v1/me")).json()
    assert (me["tenants"], me["acting_in"], me["platform_admin"]) == ([], None, False)


async def test_me_in_several_tenants_says_which_one_a_request_acts_in(world: World) -> None:
    made = [await make(world, name=name, members=[member("dana", "reader")]) for name in ("A", "B")]
    async with client_of(world, "dana") as dana:
        me = (await dana.get("/v1/me")).json()
        assert ([tenant["name"] for tenant in me["tenants"]], me["acting_in"]) == (["A", "B"], None)
        assert (await dana.get("/v1/vaults")).json()["code"] == "tenant_not_named"
        chosen = {"Holdfast-Tenant": made[1]["id"]}
        assert (await dana.get("/v1/me", headers=chosen)).json()["acting_in"] == made[1]["id"]
        assert (await dana.get("/v1/vaults", headers=chosen)).status_code == 200
        assert (await dana.get("/v1/me", headers={"Holdfast-Tenant": HOME})).json()["code"] == "tenant_not_found"


async def test_a_token_for_reading_says_that_it_may_read_only(world: World) -> None:
    async with world.client(scp="read", roles=list(ROLES)) as reader:
        me = (await reader.get("/v1/me")).json()
    assert (me["kind"], me["scopes"]) == ("delegated", ["read"])
    assert all(permission.endswith(":read") for permission in me["tenants"][0]["permissions"])
