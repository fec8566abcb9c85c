"""What a preview shows is what enforcing does, on random estates, and both are what a brute-force oracle expects."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, cast
from unittest.mock import MagicMock
from uuid import UUID

import psycopg
import pytest

from app.azure.compute.ports import Machines as MachinesPort
from app.core.db.database import Database
from app.identity.access.caller import Caller, TenantMembership
from app.identity.access.grants import Grants
from app.identity.tokens.principal import Principal
from app.protection_rules.enforcing.loop import RuleLoop
from app.protection_rules.facts import Wanted
from app.protection_rules.preview import weigh_for
from app.protection_rules.preview_schemas import shown
from app.wiring import works_of
from tests.protection_rules.estates import TENANT, Estate, Machines, definition_of, rewrite, write
from tests.protection_rules.oracle import effect, expected, note_run
from tests.whole import of_walk

ESTATES = of_walk(short=3, whole=200)
ROUNDS = of_walk(short=1, whole=2)
"""How often people and Azure change something after the first run."""
Json = dict[str, Any]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url, pool_size=4)
    yield opened
    await opened.aclose()


def person(estate: Estate) -> Caller:
    quota = estate.plain["quota"]
    quotas = {"protected_items": quota} if quota is not None else {}
    membership = TenantMembership(TENANT, "rules", (), Grants.read(estate.plain["grants"]), quotas)
    principal = Principal("https://i", "d", "o", "mona", frozenset(), frozenset(), None)
    return Caller(principal, membership, frozenset())


async def previewed(database: Database, estate: Estate, rule: Json) -> Json:
    """A preview in the oracle's form."""
    wanted = Wanted(UUID(rule["id"]), rule["priority"], definition_of(rule), rule["pace"])
    made = shown(await weigh_for(database, person(estate), wanted, is_on=True), frozenset())
    return {
        "protect": {one["vm"]["id"]: (one["vault_id"], one["policy_id"]) for one in made["protect"]},
        "unchanged": {one["vm"]["id"] for one in made["unchanged"]},
        "skipped": {one["vm"]["id"]: one["reason"] for one in made["skipped"]},
        "conflicts": {one["vm"]["id"]: set(one["rules"]) for one in made["conflicts"]},
        "lost": {one["vm"]["id"]: (one["reason"], one["action"]) for one in made["lost"]},
    }


def jobs(url: str, estate: Estate, rule: Json, kind: str) -> list[Json]:
    """Those that have not ended, of this rule: the effect of its last run."""
    spelled = {vm["id"].lower(): vm["id"] for vm in estate.plain["vms"]}
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT ask->'item'->'vm', protected_item_id, vault_id, id FROM jobs "
            "WHERE origin_rule = %s AND kind = %s AND state = 'queued' ORDER BY id",
            (rule["id"], kind),
        ).fetchall()
        found = []
        for vm, item, vault, _ in rows:
            (policy,) = connection.execute(
                "SELECT policy_id FROM protected_items WHERE id = %s", (item,)
            ).fetchone() or ("",)
            place = f"/subscriptions/{vm['subscription_id']}/resourceGroups/{vm['resource_group']}"
            arm_id = f"{place}/providers/Microsoft.Compute/virtualMachines/{vm['name']}"
            found.append({"vm": spelled[arm_id.lower()], "item": str(item), "vault": str(vault), "policy": str(policy)})
        return found


def count_jobs(url: str) -> int:
    with psycopg.connect(url) as connection:
        return int((connection.execute("SELECT count(*) FROM jobs").fetchone() or (0,))[0])


async def run(database: Database, url: str, estate: Estate, rule: Json) -> None:
    """Enforce this rule, now, and no other."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "UPDATE protection_rules SET due_at = now() + interval '1 day', lease_until = NULL, weighed_at = now()"
        )
        connection.execute("UPDATE protection_rules SET due_at = now() WHERE id = %s", (rule["id"],))
    machines = cast("MachinesPort", Machines(estate))
    await RuleLoop(database, machines, works_of(MagicMock(), database), is_on=True).run_once()


def differences(wanted: Json, found: Json) -> Iterator[str]:
    """What a failed assertion is about, one VM a line."""
    for name, of_oracle in wanted.items():
        one, other = (dict.fromkeys(each) if isinstance(each, set) else each for each in (of_oracle, found[name]))
        for vm in sorted({*one, *other}):
            if one.get(vm, "not") != other.get(vm, "not"):
                yield f"{name} of {vm}: oracle {one.get(vm, 'not')}, found {other.get(vm, 'not')}"


async def walk(database: Database, url: str, estate: Estate, seed: int) -> tuple[int, set[str]]:
    """Each rule in turn: oracle, preview, effect. Returns how many jobs there were, and which rules may have more."""
    made, unfinished = 0, set[str]()
    for rule in estate.plain["rules"]:
        wanted = expected(estate.plain, rule)
        preview = await previewed(database, estate, rule)
        assert preview == wanted, (seed, rule, *differences(wanted, preview))
        protects, pauses = effect(rule, wanted)
        await run(database, url, estate, rule)
        done = jobs(url, estate, rule, "protect")
        found = {one["vm"]: (one["vault"], one["policy"]) for one in done}
        assert found == protects, (seed, rule, *differences({"protect": protects}, {"protect": found}))
        paused = {one["vm"] for one in jobs(url, estate, rule, "pause")}
        count = min(len(pauses), rule["pace"] - len(done))
        assert (paused <= pauses, len(paused)) == (True, count), (seed, rule, pauses, paused)
        if len(done) + len(paused) == rule["pace"]:
            unfinished.add(rule["id"])
        made += len(done) + len(paused)
        for one in done:
            estate.note_protected(rule, one["vm"], one["item"], one["vault"], one["policy"])
        note_run(estate.plain, rule, wanted, len(done) + len(paused))
        for vm in paused:
            estate.plain["members"][rule["id"], vm]["was_paused"] = True
            estate.plain["items"][vm]["state"] = "paused"
        rewrite(url, estate)
    return made, unfinished


async def test_a_preview_is_what_enforcing_does_on_random_estates(database: Database, database_url: str) -> None:
    first, later = 0, 0
    for seed in range(ESTATES):
        estate = Estate(seed)
        write(database_url, estate)
        made, unfinished = await walk(database, database_url, estate, seed)
        first += made
        before = count_jobs(database_url)
        for rule in estate.plain["rules"]:
            if rule["id"] not in unfinished:
                await run(database, database_url, estate, rule)
        assert count_jobs(database_url) == before, (seed, "a second run writes nothing")
        rewrite(database_url, estate)
        for _ in range(ROUNDS):
            estate.shake()
            estate.alter()
            for rule in estate.plain["rules"]:
                estate.fail(rule)
            rewrite(database_url, estate)
            later += (await walk(database, database_url, estate, seed))[0]
    assert first > ESTATES, "the estates are too tame"
    assert later > 0, "nothing was lost"
