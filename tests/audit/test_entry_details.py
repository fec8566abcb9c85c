"""Nothing that matters is lost by size: what must be there is whole, of the rest there is what identifies it."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Text, literal, select

from app.audit import commands
from app.audit.entry_details import DIGEST_BYTES, MAX_DETAILS, fitted, size_of
from app.audit.trail import MAX_TARGET, details, record
from app.core.db.database import Database
from tests.audit.chains import finding, seal_all, write
from tests.callers import caller
from tests.tenants.tenant_steps import make, member
from tests.world import SUBSCRIPTION, World

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=30) | st.dictionaries(st.text(max_size=20), inner, max_size=30),
    max_leaves=60,
)
LARGE = "x" * (2 * MAX_DETAILS)


def identity(value: Any) -> dict[str, Any]:
    """As docs/audit.md says it, made without the code that it judges. For values without numbers."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    return {"sha256": sha256(written).hexdigest(), "bytes": len(written)}


# --- the rule --------------------------------------------------------------------------------------------------------
def test_what_fits_is_kept_as_it_is_and_one_byte_more_is_not() -> None:
    room = MAX_DETAILS - size_of({"a": ""})
    assert fitted({"a": "x" * room}) == {"a": "x" * room}
    assert fitted({"a": "x" * (room + 1)}) == {"a": identity("x" * (room + 1))}


def test_padding_hides_nothing_that_stands_beside_it_at_any_depth() -> None:
    asked = {"kind": "k", "asked": {"wanted": {"immutability": "disabled", "tags": {"a": LARGE}}, "before": [LARGE]}}
    assert fitted(asked) == {
        "kind": "k",
        "asked": {
            "wanted": {"immutability": "disabled", "tags": {"a": identity(LARGE)}},
            "before": identity([LARGE]),
        },
    }


def test_too_many_members_to_name_each_are_identified_together() -> None:
    many = {f"name-{number}": "y" * 50 for number in range(500)}
    assert fitted({"many": many, "few": "z"}) == {"many": identity(many), "few": "z"}


@given(st.dictionaries(st.sampled_from("abcdef"), JSON, max_size=6), st.sampled_from("abcdef"))
@settings(max_examples=60)
def test_no_name_is_lost_and_the_whole_stays_small(found: dict[str, Any], large: str) -> None:
    kept = fitted(found | {large: [LARGE]})
    assert set(kept) == set(found) | {large}
    assert size_of(kept) <= MAX_DETAILS + 6 * DIGEST_BYTES
    for name, value in found.items():
        if name != large and size_of(value) <= 100:
            assert kept[name] == value


@pytest.mark.parametrize("value", ["short", LARGE, 'é€\n\t"\\\x01' * MAX_DETAILS])
async def test_what_a_statement_takes_from_a_column_is_identified_alike(database_url: str, value: str) -> None:
    database = Database(database_url)
    async with database.begin() as session:
        made = await session.scalar(select(details(kind=literal("forget", Text), name=literal(value, Text))))
    assert made == {"kind": "forget", "name": value if value == "short" else identity(value)}
    await database.aclose()


# --- through the API -------------------------------------------------------------------------------------------------
def grants(count: int) -> list[dict[str, str]]:
    return [{"subscription_id": SUBSCRIPTION, "resource_group": f"rg-{number}-{'g' * 70}"} for number in range(count)]


async def entries_of(world: World, action: str) -> list[dict[str, Any]]:
    return await world.rows("SELECT * FROM audit_entries WHERE action = :action ORDER BY id", action=action)


async def test_a_tenant_with_very_many_members_and_grants_is_whole_on_the_trail(world: World, tmp_path: Path) -> None:
    people = [member(f"person-{number}-{'x' * 150}", "reader", display_name="n" * 200) for number in range(100)]
    people[77]["roles"] = ["admin", "approver"]
    tenant = await make(world, members=people, grants=grants(100), approvals=["restore", "delete_data"])
    (made,) = [one for one in await entries_of(world, "create_tenant") if tenant["id"] in one["target"]]
    assert made["details"]["grants"] == grants(100)
    assert (made["details"]["approvals"], made["details"]["members"]) == (["delete_data", "restore"], 100)
    let_in = await entries_of(world, "create_member")
    assert [one["details"]["object_id"] for one in let_in] == [one["id"] for one in people]
    assert let_in[77]["details"]["roles"] == ["admin", "approver"]

    path = f"/v1/tenants/{tenant['id']}"
    less = {"approvals": [], "grants": grants(99)}
    assert (await world.api.patch(path, json=less, headers={"If-Match": "*"})).status_code == 200
    (changed,) = await entries_of(world, "update_tenant")
    assert changed["details"]["before"] == {"approvals": ["delete_data", "restore"], "grants": grants(100)}
    assert {name: changed["details"][name] for name in less} == less

    assert (await world.api.delete(path)).status_code == 204
    shut_out = await entries_of(world, "delete_member")
    assert sorted(one["details"]["object_id"] for one in shut_out) == sorted(one["id"] for one in people)
    assert len({one["target"] for one in shut_out}) == 100
    (gone,) = await entries_of(world, "delete_tenant")
    assert (gone["details"]["grants"], gone["details"]["approvals"]) == (grants(99), [])

    await seal_all(world.database)
    exported = tmp_path / "export"
    exported.write_text((await world.api.get("/v1/platform/audit/export")).text, encoding="utf-8")
    code, line = commands.verify("", [], tenant=None, export=exported, lag_seconds=1.0)
    assert code == 0, line
    assert await finding(world.database) is None


async def test_a_members_change_shows_what_it_was_before(world: World) -> None:
    tenant = await make(world)
    path = f"/v1/tenants/{tenant['id']}/members"
    made = (await world.api.post(path, json=member("dana", "reader"))).json()
    await world.api.patch(f"{path}/{made['id']}", json={"roles": ["admin"]})
    (changed,) = await entries_of(world, "update_member")
    assert (changed["details"]["roles"], changed["details"]["before"]["roles"]) == (["admin"], ["reader"])
    assert changed["details"]["object_id"] == "dana"


async def test_tags_that_fill_the_entry_do_not_hide_what_else_was_asked(world: World) -> None:
    vault = await world.vault()
    tags = {f"tag-{number}": "t" * 250 for number in range(40)}
    asked = {"tags": tags, "immutability": "unlocked"}
    answer = await world.api.patch(f"/v1/vaults/{vault['id']}", json=asked, headers={"If-Match": "*"})
    assert answer.status_code == 202, answer.text
    (entry,) = await entries_of(world, "update_vault")
    written = json.dumps(entry["details"])
    assert entry["details"]["kind"] == "update_vault"
    assert '"immutability": "unlocked"' in written
    assert identity(tags)["sha256"] in written
    assert "ttt" not in written


async def test_a_target_that_is_cut_off_is_identified(world: World) -> None:
    long = f"/v1/jobs/{'p' * 3000}/cancel"
    async with world.client(roles=["reader"], oid="r", sub="r") as reader:
        await reader.post(long)
    (refused,) = await world.rows("SELECT * FROM audit_entries WHERE outcome = 'refused'")
    assert refused["target"] == long[:MAX_TARGET]
    assert refused["details"]["target"] == identity(long)


# --- entries of older versions ---------------------------------------------------------------------------------------
async def test_entries_that_only_say_how_much_was_left_out_still_verify(database_url: str) -> None:
    database = Database(database_url)
    await write(database, count=2, seal=False)
    async with database.of_tenant("a").begin() as session:
        await record(session, caller("a"), action="old", target="/v1/old", details={"left_out_bytes": 5000})
    await write(database, count=2, first=3)
    assert await finding(database) is None
    await database.aclose()
