"""Every operation of the OpenAPI document keeps every rule (the table is in weakening_rules.py)."""

import functools
from typing import Any

import httpx

from app.main import openapi_document
from tests.api.weakening_rules import OPERATIONS, OTHER_MEMBERS, RULES, Refuses, Stage, make_strict, stages, strictness
from tests.world import World


@functools.cache
def document() -> dict[str, Any]:
    return openapi_document()


def operations() -> list[dict[str, Any]]:
    paths = document()["paths"]
    return [one for methods in paths.values() for method, one in methods.items() if method != "get"]


def test_every_operation_that_writes_stands_in_the_table_and_answers_for_every_rule() -> None:
    named = {entry.partition(":")[0] for entry in OPERATIONS}
    assert named == {operation["operationId"] for operation in operations()}
    for entry, rules in OPERATIONS.items():
        assert set(rules) == set(RULES), entry
        assert all(isinstance(cell, Refuses) or len(cell) > 10 for cell in rules.values()), entry


def test_every_dry_run_and_every_member_of_a_change_is_a_door_of_its_own() -> None:
    schemas = document()["components"]["schemas"]
    dry = {one["operationId"] for one in operations() for p in one.get("parameters", ()) if p.get("name") == "dry_run"}
    assert {entry for entry in OPERATIONS if entry.endswith(":dry_run")} == {
        f"{operation}:dry_run" for operation in dry
    }
    item = schemas["ProtectedItemChange"]["properties"]
    (actions,) = [one["enum"] for one in item["action"]["anyOf"] if "enum" in one]
    wanted = {f"change_protected_item:{name}" for name in [*(item.keys() - OTHER_MEMBERS), *actions]}
    wanted |= {f"update_vault:{name}" for name in schemas["VaultUpdate"]["properties"].keys() - OTHER_MEMBERS}
    assert wanted <= set(OPERATIONS)


def operations_of(rule: str) -> list[tuple[str, Refuses]]:
    """Those that refuse, in turn on one stage: a refusal changes nothing. What changes the stage is last."""
    found = [(entry, cell) for entry, rules in OPERATIONS.items() if isinstance(cell := rules[rule], Refuses)]
    return sorted(found, key=lambda one: (one[0].endswith("of others"), one[1].first is not None))


async def error_of(world: World, answer: httpx.Response) -> dict[str, Any]:
    """The problem, or the error of the failed job."""
    said: dict[str, Any] = answer.json()
    if answer.status_code != 202:
        return said
    await world.settle()
    job = (await world.api.get(answer.headers["Location"])).json()
    assert job["state"] == "failed", job
    error: dict[str, Any] = job["error"]
    return error


async def ask(world: World, cell: Refuses, at: Stage) -> tuple[httpx.Response, dict[str, Any]]:
    """(the answer, what Azure kept before it)."""
    if cell.first is not None:
        assert (await cell.first(world, at)).status_code == 202
        await world.settle()
    if cell.prepare is not None:
        await cell.prepare(world, at)
    before = strictness(world, at)
    return await cell.ask(world, at), before


async def test_a_rule_refuses_at_each_door_and_azure_keeps_what_it_had(world: World) -> None:
    for rule, at in (await stages(world, is_known=True)).items():
        for entry, cell in operations_of(rule):
            answer, before = await ask(world, cell, at)
            error = await error_of(world, answer)
            assert error["code"] == cell.code, (rule, entry, error)
            assert error["remedy"], (rule, entry)
            assert strictness(world, at) == before, (rule, entry)


async def test_what_holdfast_does_not_know_of_is_refused_by_azure_and_told(world: World) -> None:
    """Somebody made the vault strict since it was read: whatever is sent, Azure keeps what it had."""
    for rule, at in (await stages(world, is_known=False)).items():
        make_strict(world, rule, at)
        for entry, cell in operations_of(rule):
            if cell.first is not None and rule == "retention":
                continue  # Azure suspends in immutable vaults only: Holdfast knows then that it is one
            answer, before = await ask(world, cell, at)
            if answer.status_code == 200 and entry.endswith(":dry_run"):
                continue
            assert answer.status_code in {202, 409, 412, 422}, (rule, entry, answer.text)
            assert (await error_of(world, answer))["remedy"], (rule, entry)
            assert strictness(world, at) == before, (rule, entry)
