"""Tags: refused as Azure would refuse them, and no quarrel where others have added some."""

from typing import Any

import pytest

from app.azure.values import VaultOrder, VaultRef
from app.vaults import rules
from app.vaults.rules import Settings, UpdateOrder
from tests.problem_checks import check_problem
from tests.world import VAULT, World

WRONG: list[tuple[dict[str, str], str]] = [
    *[({f"a{letter}b": "x"}, f"#/tags/a{'~1' if letter == '/' else letter}b") for letter in "<>%&\\?/"],
    ({"microsoft-x": "x"}, "#/tags/microsoft-x"),
    ({"Azure": "x"}, "#/tags/Azure"),
    ({"WINDOWSx": "x"}, "#/tags/WINDOWSx"),
    ({"n" * 513: "x"}, f"#/tags/{'n' * 513}"),
    ({"x": "v" * 257}, "#/tags/x"),
    ({"Team": "a", "team": "b"}, "#/tags"),
    ({str(n): "x" for n in range(51)}, "#/tags"),
]


async def test_tags_that_azure_refuses_are_refused_before_sending(world: World) -> None:
    vault = await world.vault()
    etag = (await world.api.get(f"/v1/vaults/{vault['id']}")).headers["ETag"]
    for tags, pointer in WRONG:
        made = await world.api.post("/v1/vaults", json=VAULT | {"name": "vault-new", "tags": tags})
        changed = await world.api.patch(f"/v1/vaults/{vault['id']}", json={"tags": tags}, headers={"If-Match": etag})
        for answer in (made, changed):
            check_problem(answer, 422, pointer, tags)
    longest = {"n" * 512: "v" * 256, "a.b-c_d e:@+": ""}
    assert (await world.api.post("/v1/vaults", json=VAULT | {"name": "vault-ok", "tags": longest})).status_code == 202


def order(tags: dict[str, str]) -> VaultOrder:
    return rules.check_order(
        VaultRef("s", "g", "v"),
        location="westus",
        redundancy="geo",
        cross_region_restore=False,
        soft_delete_state="on",
        soft_delete_days=14,
        immutability="disabled",
        tags=tags,
    )


@pytest.mark.parametrize(
    ("there", "ours"),
    [
        ({"a": "1"}, True),
        ({"a": "1", "cost-center": "7"}, True),
        ({"A": "1"}, True),
        ({}, False),
        ({"a": "2"}, False),
        ({"b": "1"}, False),
    ],
)
def test_a_vault_of_ours_is_known_although_others_added_tags(there: dict[str, str], *, ours: bool) -> None:
    assert rules.matches(order({"a": "1"}), location="West US", tags=there) is ours


CHANGES: list[tuple[dict[str, str], dict[str, str], dict[str, str], dict[str, str] | None]] = [
    ({"a": "1"}, {"a": "2"}, {"a": "1"}, {"a": "2"}),
    ({"a": "1"}, {"a": "2"}, {"a": "2"}, None),
    ({"a": "1"}, {"a": "2"}, {"a": "2", "policy": "x"}, None),
    ({"a": "1"}, {"a": "2"}, {"a": "1", "policy": "x"}, {"a": "2", "policy": "x"}),
    ({"a": "1", "b": "1"}, {"a": "1"}, {"a": "1", "b": "1"}, {"a": "1"}),
    ({"a": "1"}, {}, {"a": "1", "policy": "x"}, {"policy": "x"}),
]


@pytest.mark.parametrize(("known", "wanted", "there", "sent"), CHANGES)
def test_a_change_of_tags_leaves_what_others_added(
    known: dict[str, str], wanted: dict[str, str], there: dict[str, str], sent: dict[str, str] | None
) -> None:
    asked = UpdateOrder(VaultRef("s", "g", "v"), Settings(tags=wanted), (Settings(tags=known),))
    assert rules.left_to_do(asked, Settings(tags=there)).tags == sent
    assert rules.changed_outside(asked, Settings(tags=there)) == []


def test_a_tag_that_others_changed_is_a_quarrel() -> None:
    asked = UpdateOrder(VaultRef("s", "g", "v"), Settings(tags={"a": "3"}), (Settings(tags={"a": "1"}),))
    assert [one.field for one in rules.changed_outside(asked, Settings(tags={"a": "2"}))] == ["tags"]


async def test_a_lost_answer_finds_the_vault_that_a_policy_has_tagged(world: World) -> None:
    world.fault("PUT", "/vaults/", "drop_after")
    answer = await world.api.post("/v1/vaults", json=VAULT | {"tags": {"team": "a"}})
    await world.run_due()
    vault: Any = next(iter(world.simulator.world.vaults.values()))
    vault.tags = dict(vault.tags) | {"cost-center": "7"}
    await world.settle()
    assert (await world.api.get(answer.headers["Location"])).json()["state"] == "succeeded"
