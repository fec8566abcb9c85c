"""Which operations a tenant may name is derived from what weakens or cannot be undone; Azure's own list is in it."""

import re
from pathlib import Path
from typing import get_args

from app.identity.access.effects import EFFECTS, OPERATIONS, operations_of
from app.jobs.api.schemas import Kind
from tests.world import World

DOCS = Path(__file__).parents[2] / "docs"
OF_BEFORE = {"replace_disks", "restore", "delete_data", "delete_vault", "soft_delete_off", "retention_shrink"}


def table(name: str, heading: str) -> dict[str, str]:
    """The two first columns of the first table after a heading."""
    text = (DOCS / name).read_text().split(heading, 1)[1]
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+)\|?", text.split("\n## ", 1)[0], re.MULTILINE)
    return {one: other.strip().strip("`") for one, other in rows}


def test_every_kind_of_job_says_what_it_may_do_and_what_weakens_or_is_final_has_a_name() -> None:
    assert {effect.kind for effect in EFFECTS} == set(get_args(Kind))
    for effect in EFFECTS:
        assert bool(effect.operations) == effect.is_sensitive, effect
    assert {name for effect in EFFECTS for name in effect.operations} == set(OPERATIONS)
    assert set(OPERATIONS) >= OF_BEFORE, "what tenants have stored keeps its meaning"


def test_whatever_azure_guards_and_holdfast_offers_is_sensitive_here_under_the_name_the_document_gives() -> None:
    guarded = table("azure.md", "## Operations that Azure guards")
    assert len(guarded) == 10
    offered = {name: ours for name, ours in guarded.items() if ours != "not offered"}
    declared = {effect.azure: effect for effect in EFFECTS if effect.azure is not None}
    assert set(declared) == set(offered)
    for name, ours in offered.items():
        assert all(ours in effect.operations for effect in EFFECTS if effect.azure == name), name


def test_the_document_of_approvals_names_the_operations_and_no_other() -> None:
    assert set(table("approvals.md", "# A second person")) == set(OPERATIONS)


def test_a_kind_is_bound_by_all_the_names_that_its_changes_have() -> None:
    assert operations_of("change_policy") == ("retention_shrink", "final_setting", "disks_fewer")
    assert operations_of("backup") == ()


async def test_a_tenant_may_name_each_of_them(world: World) -> None:
    made = await world.api.post("/v1/tenants", json={"name": "guarded", "approvals": list(OPERATIONS)})
    assert made.status_code == 201, made.text
    assert set(made.json()["approvals"]) == set(OPERATIONS)
    refused = await world.api.post("/v1/tenants", json={"name": "other", "approvals": ["undelete"]})
    assert refused.status_code == 422
