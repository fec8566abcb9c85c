"""Bad input, path by path: a clear problem that points at the field, and nothing half-recorded."""

import json
import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.problem_checks import check_problem
from tests.world import DISKS, EVERY_ROLE, KEEP, POLICY, VAULT, World, vm_id

NOBODY = str(uuid4())


def changed(body: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of the body with one field set: `a/b` goes down."""
    name, _, rest = path.partition("/")
    return {**body, name: changed(body.get(name) or {}, rest, value) if rest else value}


NUL, HALF = "a\x00b", "\ud800"
STORAGE = DISKS["staging_storage_account_id"]

VAULTS: list[tuple[str, Any, str]] = [
    ("name", "1-starts-with-a-digit", "#/name"), ("name", "x", "#/name"), ("name", "under_score", "#/name"),
    ("name", "v" * 51, "#/name"), ("name", "", "#/name"), ("name", None, "#/name"), ("name", 7, "#/name"),
    ("name", NUL, "#/name"), ("name", HALF, "#/name"), ("name", "vault\n", "#/name"), ("name", "väult", "#/name"),
    ("subscription_id", "not-a-guid", "#/subscription_id"), ("subscription_id", NUL, "#/subscription_id"),
    ("subscription_id", "{00000000-0000-0000-0000-000000000001}", "#/subscription_id"),
    ("resource_group", "ends-with.", "#/resource_group"), ("resource_group", "a/b", "#/resource_group"),
    ("resource_group", "g" * 91, "#/resource_group"),
    ("location", "", "#/location"), ("location", "west/us", "#/location"), ("redundancy", "triple", "#/redundancy"),
    ("cross_region_restore", "perhaps", "#/cross_region_restore"), ("soft_delete/days", 13, "#/soft_delete/days"),
    ("soft_delete/days", 181, "#/soft_delete/days"), ("soft_delete/state", "maybe", "#/soft_delete/state"),
    ("soft_delete/until", 1, "#/soft_delete/until"), ("soft_delete", [], "#/soft_delete"),
    ("immutability", "locked", "#/immutability"), ("adopt", "perhaps", "#/adopt"),
    ("tags", {NUL: "x"}, "#/tags/a\x00b"),
    ("tags", {"x": NUL}, "#/tags/x"), ("tags", {HALF: "x"}, "#/tags"), ("tags", {"": "x"}, "#/tags/"),
    ("tags", {str(n): "x" for n in range(51)}, "#/tags"), ("colour", "red", "#/colour"), (HALF, 1, "#"),
    ("a~b", 1, "#/a~0b"), ("", 1, "#/"), ("reference", "", "#/reference"), ("reference", "r" * 201, "#/reference"),
    ("reference", NUL, "#/reference"), ("labels", {"l": 1}, "#/labels/l"), ("labels", {"l": "v" * 101}, "#/labels/l"),
    ("labels", {"l": HALF}, "#/labels/l"), ("labels", {str(n): "x" for n in range(21)}, "#/labels"),
    ("labels", "team=a", "#/labels"),
]  # fmt: skip


async def test_a_vault_that_cannot_be_is_refused_at_the_field(world: World) -> None:
    for path, value, pointer in VAULTS:
        body = changed(VAULT, path, value)
        answer = await post(world, "/v1/vaults", body)
        check_problem(answer, 422, pointer, (path, value))
    crossed = VAULT | {"redundancy": "local", "cross_region_restore": True}
    check_problem(await post(world, "/v1/vaults", crossed), 422, "#/cross_region_restore")
    for name in VAULT:
        missing = {key: value for key, value in VAULT.items() if key != name}
        check_problem(await post(world, "/v1/vaults", missing), 422, f"#/{name}", name)
    assert await world.rows("SELECT id FROM jobs UNION ALL SELECT id FROM vaults") == []


async def post(world: World, path: str, body: Any) -> httpx.Response:
    """As json=, but with escapes: half a surrogate pair cannot be said in UTF-8, and callers can still send it."""
    return await world.api.post(path, content=json.dumps(body), headers={"Content-Type": "application/json"})


async def test_what_is_no_json_object_is_refused(world: World) -> None:
    cases: list[bytes] = [
        b"{",
        b"",
        b"word",
        b"\xff\xfe",
        b"[" * 30_000,
        b'{"name": ' + b"1" * 5000 + b"}",
        b"null",
        b"[]",
        b'"text"',
        b"17",
        b'{"a": 1,}',
        b"{'a': 1}",
        "{\u201cname\u201d: 1}".encode(),
    ]
    for content in cases:
        answer = await world.api.post("/v1/vaults", content=content, headers={"Content-Type": "application/json"})
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (422, "invalid_request"), content[:20]
        assert problem["pointer"].startswith("#"), content[:20]
        assert problem["remedy"]


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", ""])
async def test_a_body_that_is_not_declared_as_json_is_415(world: World, media_type: str) -> None:
    content = httpx.Request("POST", "http://x", json=VAULT).content
    answer = await world.api.post("/v1/vaults", content=content, headers={"Content-Type": media_type})
    check_problem(answer, 415, None)
    assert answer.json()["code"] == "unsupported_media_type"


async def test_json_under_another_json_type_is_read(world: World) -> None:
    content = httpx.Request("POST", "http://x", json=VAULT).content
    answer = await world.api.post("/v1/vaults", content=content, headers={"Content-Type": "application/merge+json"})
    assert answer.status_code == 202


POLICIES: list[tuple[str, Any, str]] = [
    ("name", "a", "#/name"), ("name", "ends-", "#/name"), ("name", NUL, "#/name"), ("time_zone", "Mars", "#/time_zone"),
    ("time_zone", "../../etc/passwd", "#/time_zone"), ("time_zone", "/etc/passwd", "#/time_zone"),
    ("time_zone", "", "#/time_zone"), ("time_zone", NUL, "#/time_zone"), ("time_zone", "x" * 65, "#/time_zone"),
    ("schedule/time", "25:00", "#/schedule/time"), ("schedule/time", "02:15", "#/schedule/time"),
    ("schedule/time", "2:00", "#/schedule/time"), ("schedule/time", "02:00\n", "#/schedule/time"),
    ("schedule/time", 120, "#/schedule/time"), ("schedule/frequency", "yearly", "#/schedule"),
    ("schedule/days", ["sunday"], "#/schedule/days"), ("schedule", {"frequency": "daily"}, "#/schedule/time"),
    ("schedule", {}, "#/schedule"), ("schedule", None, "#/schedule"), ("retention", {}, "#/retention/daily"),
    ("retention/daily", None, "#/retention/daily"), ("retention/daily/count", 0, "#/retention/daily/count"),
    ("retention/daily/count", 10_000, "#/retention/daily/count"),
    ("retention/daily/count", 1.5, "#/retention/daily/count"), ("retention/weekly", {}, "#/retention/weekly/count"),
    ("retention/weekly", {"count": 1, "days": ["funday"]}, "#/retention/weekly/days/0"),
    ("retention/weekly", {"count": 1, "days": ["monday", "monday"]}, "#/retention/weekly/days"),
    ("retention/monthly", {"count": 1}, "#/retention/monthly"),
    ("retention/monthly", {"count": 1, "dates": [1], "weeks": ["first"], "days": ["sunday"]}, "#/retention/monthly"),
    ("retention/monthly", {"count": 1, "weeks": ["first"]}, "#/retention/monthly/days"),
    ("retention/monthly", {"count": 1, "dates": [29]}, "#/retention/monthly/dates/0"),
    ("retention/monthly", {"count": 1, "dates": ["first"]}, "#/retention/monthly/dates/0"),
    ("retention/yearly", {"count": 1, "dates": [1]}, "#/retention/yearly/months"),
    ("retention/hourly", {"count": 1}, "#/retention/hourly"), ("instant_restore_days", 0, "#/instant_restore_days"),
    ("instant_restore_days", 6, "#/instant_restore_days"), ("instant_restore_days", 31, "#/instant_restore_days"),
    ("schedule", {"frequency": "hourly", "every_hours": 5, "start": "08:00", "window_hours": 10},
     "#/schedule/every_hours"),
    ("schedule", {"frequency": "hourly", "every_hours": 4, "start": "08:00", "window_hours": 10},
     "#/schedule/window_hours"),
    ("schedule", {"frequency": "weekly", "time": "02:00", "days": []}, "#/schedule/days"),
    ("schedule", {"frequency": "weekly", "time": "02:00", "days": ["sunday"]}, "#/retention/daily"),
    ("unknown", 1, "#/unknown"),
]  # fmt: skip


async def test_a_policy_that_cannot_be_is_refused_at_the_field(world: World) -> None:
    vault = await world.vault()
    path = f"/v1/vaults/{vault['id']}/policies"
    before = await world.rows("SELECT id FROM jobs")
    for field, value, pointer in POLICIES:
        check_problem(await post(world, path, changed(POLICY, field, value)), 422, pointer, (field, value))
    check_problem(await post(world, path, POLICY | {"name": "defaultpolicy"}), 409, "#/name")
    check_problem(await post(world, f"/v1/vaults/{NOBODY}/policies", POLICY), 404, None)
    assert await world.rows("SELECT id FROM jobs") == before


GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-demo"
NOT_A_VM = [
    "vm-web-01",
    "/",
    "",
    NUL,
    "x" * 1001,
    f"{GROUP}/providers/Microsoft.Compute/virtualMachines/",
    f"{GROUP}/providers/Microsoft.Compute/disks/d",
    f"{vm_id('vm-web-01')}/extensions/e",
    vm_id("vm-web-01") + "\n",
    vm_id("vm-web-01").replace("0001", "000x"),
    "https://management.azure.com" + vm_id("vm-web-01"),
    vm_id("../../x"),
    vm_id("a;b"),
]


async def test_what_cannot_be_protected_is_refused_at_the_field(world: World) -> None:
    vault = await world.vault()
    policy = await world.default_policy(vault)
    good = {"vm_id": vm_id("vm-web-01"), "vault_id": vault["id"], "policy_id": policy["id"]}
    before = await world.rows("SELECT id FROM jobs")
    cases: list[tuple[str, Any, int, str | None]] = [
        *(("vm_id", value, 422, "#/vm_id") for value in NOT_A_VM),
        ("vm_id", vm_id("vm-nobody"), 404, "#/vm_id"),
        ("vm_id", vm_id("-odd"), 404, "#/vm_id"),
        ("vm_id", vm_id("vm-web-01", group="ends."), 404, "#/vm_id"),
        ("vault_id", NOBODY, 404, None),
        ("vault_id", "nonsense", 422, "#/vault_id"),
        ("policy_id", NOBODY, 404, None),
        ("policy_id", None, 422, "#/policy_id"),
        ("disks", {}, 422, "#/disks"),
        ("disks", {"exclude_luns": [0], "include_luns": [1]}, 422, "#/disks"),
        ("disks", {"exclude_luns": [64]}, 422, "#/disks/exclude_luns/0"),
        ("disks", {"exclude_luns": [-1]}, 422, "#/disks/exclude_luns/0"),
        ("item_name", "x", 422, "#/item_name"),
        ("container_name", "IaasVMContainer;x", 422, "#/container_name"),
    ]
    for field, value, status, pointer in cases:
        check_problem(await post(world, "/v1/protected-items", good | {field: value}), status, pointer, (field, value))
    assert await world.rows("SELECT id FROM jobs") == before
    for value in NOT_A_VM:
        if value and len(value) <= 1000 and "\x00" not in value:
            answer = await world.api.get("/v1/protected-items", params={"vm_id": value})
            check_problem(answer, 422, "query:vm_id", value)


async def test_what_cannot_be_backed_up_or_restored_is_refused_at_the_field(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    before = await world.rows("SELECT id FROM jobs")
    backups = f"/v1/protected-items/{item['id']}/backups"
    times: list[Any] = [
        "2026-12-22",
        "2026-12-22T00:00:00",
        "soon",
        "",
        True,
        "2001-01-01T00:00:00Z",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
        "0001-01-01T00:00:00Z",
        "2200-01-01T00:00:00Z",
        "2027-13-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        4102444800,
        4102444800.5,
        "4102444800",
        "2036-01-31",
        "2036-01-31T00Z",
        "2027-01-01T00:00:00+99:00",
        1e400,
        [],
    ]
    for value in times:
        check_problem(await post(world, backups, {"retain_until": value}), 422, "#/retain_until", value)
    check_problem(await post(world, f"/v1/protected-items/{NOBODY}/backups", {"retain_until": KEEP}), 404, None)
    good = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": DISKS}
    cases: list[tuple[str, Any, int, str | None]] = [
        ("protected_item_id", NOBODY, 404, None),
        ("protected_item_id", None, 422, "#"),
        ("vm_id", vm_id("vm-web-01"), 422, "#"),
        ("recovery_point", {}, 422, "#/recovery_point"),
        ("recovery_point", {"id": "1", "latest": True}, 422, "#/recovery_point"),
        ("recovery_point", {"id": "123456789"}, 404, "#/recovery_point/id"),
        ("recovery_point", {"id": "../../../x"}, 422, "#/recovery_point/id"),
        ("recovery_point", {"id": NUL}, 422, "#/recovery_point/id"),
        ("recovery_point", {"latest": False}, 422, "#/recovery_point/latest"),
        ("recovery_point", {"latest_before": "2001-01-01T00:00:00Z"}, 404, "#/recovery_point"),
        ("recovery_point", {"latest_before": "0001-01-01T00:00:00+14:00"}, 404, "#/recovery_point"),
        ("recovery_point", {"latest_before": "2026-01-01T00:00:00"}, 422, "#/recovery_point/latest_before"),
        ("recovery_point", {"latest": True, "tier": "archive"}, 404, "#/recovery_point"),
        ("recovery_point", {"latest": True, "region": "moon"}, 422, "#/recovery_point/region"),
        ("target/mode", "teleport", 422, "#/target"),
        ("target/luns", [0, 0], 422, "#/target/luns"),
        ("target/luns", ["0x"], 422, "#/target/luns/0"),
        ("target/zone", "9", 422, "#/target/zone"),
        ("target/resource_group_id", GROUP + "/", 422, "#/target/resource_group_id"),
        ("target/resource_group_id", STORAGE, 422, "#/target/resource_group_id"),
        ("target/staging_storage_account_id", GROUP, 422, "#/target/staging_storage_account_id"),
        ("target/overwrite", True, 422, "#/target/overwrite"),
        ("target", None, 422, "#/target/resource_group_id"),
    ]
    for field, value, status, pointer in cases:
        check_problem(await post(world, "/v1/restores", changed(good, field, value)), status, pointer, (field, value))
    gone = {"vm_id": vm_id("vm-db-01"), "recovery_point": {"latest": True}, "target": DISKS}
    check_problem(await post(world, "/v1/restores", gone), 404, "#/vm_id")
    assert await world.rows("SELECT id FROM jobs") == before


LISTS = ["/v1/vaults", "/v1/protected-items", "/v1/restores", "/v1/jobs"]


async def test_what_no_list_can_be_asked_is_refused_at_the_parameter(world: World) -> None:
    other = {"/v1/jobs": "/v1/vaults"}
    await world.vault()
    await world.api.post("/v1/vaults", json=VAULT | {"name": "second-vault"})
    cursors = {path: (await world.api.get(path, params={"limit": 1})).json()["next"] for path in LISTS}
    assert cursors["/v1/jobs"]
    for path in LISTS:
        foreign = cursors[other.get(path, "/v1/jobs")]
        for name, value in (
            ("limit", "0"),
            ("limit", "201"),
            ("limit", "-1"),
            ("limit", "many"),
            ("limit", "1e9"),
            ("limit", ""),
            ("cursor", "x"),
            ("cursor", "!!!"),
            ("cursor", ""),
            ("cursor", "A" * 1001),
            ("cursor", foreign),
            ("cursor", "W" * 999),
            ("cursor", "W1tb"),
            ("cursor", "\x00"),
            ("cursor", "WyJqb2JzIiwgIngiXQ"),
        ):
            check_problem(await world.api.get(path, params={name: value}), 422, f"query:{name}", (path, name, value))
    for path, name, value in (
        ("/v1/jobs", "kind", "dance"),
        ("/v1/jobs", "state", "odd"),
        ("/v1/jobs", "vault_id", "x"),
        ("/v1/jobs", "origin", "moon"),
        ("/v1/jobs", "label", "no-equals"),
        ("/v1/jobs", "label", "=x"),
        ("/v1/jobs", "label", "a=\x00"),
        ("/v1/jobs", "reference", "\x00"),
        ("/v1/jobs", "created_since", "2026-01-01T00:00:00"),
        ("/v1/jobs", "created_until", "yesterday"),
        ("/v1/jobs", "updated_since", "2026-01-01"),
        ("/v1/jobs", "updated_since", "0.5"),
        ("/v1/protected-items", "state", "odd"),
        ("/v1/protected-items", "vault_id", "x"),
        ("/v1/restores", "protected_item_id", "x"),
    ):
        check_problem(await world.api.get(path, params={name: value}), 422, f"query:{name}", (path, name, value))
    for since in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        assert (await world.api.get("/v1/jobs", params={"created_since": since})).status_code == 200


async def test_no_operation_passes_over_a_query_parameter_that_it_does_not_have(world: World) -> None:
    refused, without_caller = 0, list[str]()
    async with world.client(roles=[*EVERY_ROLE, "platform_admin"]) as anybody:
        for template, operations in (await anybody.get("/openapi.json")).json()["paths"].items():
            path = re.sub(r"\{[^}]*\}", NOBODY, template)
            for method, operation in operations.items() if path.startswith("/v1/") else ():
                if {"bearer": []} not in operation["security"]:
                    without_caller.append(operation["operationId"])
                    continue
                answer = await anybody.request(method, path, params={"stat": "failed"})
                check_problem(answer, 422, "query:stat", operation["operationId"])
                refused += 1
    assert refused > 50
    assert without_caller == ["receive_azure_alert", "put_restore_test_verdict"], "known by tokens of their own"


async def test_a_query_parameter_that_means_one_thing_comes_once(world: World) -> None:
    twice = await world.api.get("/v1/jobs?origin=azure&kind=backup&origin=holdfast")
    check_problem(twice, 422, "query:origin")
    both = await world.api.get("/v1/jobs?limits=5&origin=azure&origin=holdfast&lim%00it=1")
    assert [error["pointer"] for error in both.json()["errors"]] == ["query:limits", "query:origin", "query:lim\x00it"]
    assert "cursor" in both.json()["errors"][0]["detail"]
    several = await world.api.get("/v1/permissions/role?operation=cancel_job&operation=create_restore")
    assert several.status_code == 200, several.text


async def test_an_unknown_id_is_404_and_what_is_no_id_is_422(world: World) -> None:
    for path in (
        "/v1/vaults/{}",
        "/v1/vaults/{}/policies",
        "/v1/policies/{}",
        "/v1/protected-items/{}",
        "/v1/restores/{}",
        "/v1/protected-items/{}/recovery-points",
        "/v1/jobs/{}",
        "/v1/jobs/{}/events",
    ):
        check_problem(await world.api.get(path.format(NOBODY)), 404, None, path)
        for odd in ("nonsense", "%00", "..%2f", "1", "%ED%A0%80"):
            answer = await world.api.get(path.format(odd))
            assert answer.status_code in {404, 422}, (path, odd)
            assert answer.headers["Content-Type"] == "application/problem+json"


async def test_header_values_out_of_bounds_are_refused_at_the_header(world: World) -> None:
    for value in (b"", b" ", b"k" * 256, b"a b", b"\xc3\xbc", b"a\tb"):
        answer = await world.api.post("/v1/vaults", json=VAULT, headers=[(b"Idempotency-Key", value)])
        check_problem(answer, 422, "header:Idempotency-Key", value)
    assert await world.rows("SELECT id FROM jobs") == []
