"""The conditions of SQL select what the rules select."""

import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import Text, column, select, values
from sqlalchemy.dialects.postgresql import JSONB

from app.core.db.database import Database
from app.core.letter_case import fold_case
from app.selectors.queries import conditions
from app.selectors.rules import Candidate, Selector, selection_of
from app.vaults.rules import region_of

SUBSCRIPTIONS = ["0000000a-0000-0000-0000-00000000000a", "0000000b-0000-0000-0000-00000000000b"]
GROUPS = ["rg-web", "rg_web", "RG-DB", "ärger"]
NAMES = ["vm-web-01", "vm_web_01", "vm-web-1", "VM-DB-01", "vm%db", "db\\01", "ab", "aba", "ÄRGER"]
PLACES = ["westus", "West US", "eastus"]
TAGS = [("env", "prod"), ("ENV", "Prod"), ("team", "web"), ("team", ""), ("cost'center", "a%b")]
PATTERNS = ["*", "vm-*", "vm?web*", "*_01", "ab*ba", "*%*", "db\\*", "VM-??-01", "*A*", "?b*"]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url, pool_size=1)
    yield opened
    await opened.aclose()


def machines() -> list[Candidate]:
    found = []
    for number, name in enumerate(NAMES * 3):
        group, subscription = GROUPS[number % 4], SUBSCRIPTIONS[number % 2]
        vm = f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{name}"
        tags = {key.lower(): value for key, value in TAGS[number % 6 : number % 6 + number % 3]}
        found.append(Candidate(fold_case(vm), region_of(PLACES[number % 3]), tags))
    return found


def selector(chance: random.Random, keys: list[str]) -> Selector:
    def some(words: list[str]) -> list[str] | None:
        return chance.choice([None, chance.sample(words, chance.randint(0, 2))])

    given: dict[str, Any] = {
        "subscriptions": some([one.upper() for one in SUBSCRIPTIONS]),
        "resource_groups": some(GROUPS),
        "locations": some(PLACES),
        "names": chance.choice([None, chance.sample(NAMES + PATTERNS, chance.randint(0, 4))]),
        "tags": chance.choice([None, {}, {key: [value, "x"] for key, value in chance.sample(TAGS, 2)}]),
        "excepted": chance.choice([[], chance.sample(NAMES + PATTERNS[1:] + keys, 3)]),
    }
    return Selector(**{name: words for name, words in given.items() if chance.random() < 0.5})


async def test_the_sql_selects_what_the_rules_select(database: Database) -> None:
    there = machines()
    table = values(
        column("number", Text), column("key", Text), column("location", Text), column("tags", JSONB), name="machines"
    ).data([(str(n), one.key, PLACES[n % 3], one.tags or None) for n, one in enumerate(there)])
    chance, sizes = random.Random(17), set[int]()  # noqa: S311 - test data
    async with database.begin() as session:
        for _ in range(200):
            wanted = selector(chance, [one.key.upper() for one in there])
            where = conditions(wanted, key=table.c.key, location=table.c.location, tags=table.c.tags)
            rows = await session.scalars(select(table.c.number).where(*where))
            selects = selection_of(wanted)
            expected = {str(number) for number, one in enumerate(there) if selects(one)}
            assert set(rows) == expected, wanted
            sizes.add(len(expected))
    assert {0, len(there)} < sizes, "the selectors are all of one kind"
