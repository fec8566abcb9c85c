"""Which VMs a selector selects: letter case, patterns, tags, exceptions."""

from typing import Any

from app.selectors.rules import Candidate, Selector, name_matcher, selection_of
from tests.each import each

SUBSCRIPTION = "0000000a-0000-0000-0000-00000000000a"


def candidate(name: str = "vm-web-01", group: str = "rg-web", location: str = "westus", **tags: str) -> Candidate:
    key = f"/subscriptions/{SUBSCRIPTION}/resourcegroups/{group}/providers/microsoft.compute/virtualmachines/{name}"
    return Candidate(key, location, tags)


ID = "/Subscriptions/0000000A-0000-0000-0000-00000000000A/resourceGroups/RG-web/providers/Microsoft.Compute/"
SELECTED: list[tuple[dict[str, Any], Candidate]] = [
    ({}, candidate()),
    ({"subscriptions": [SUBSCRIPTION.upper()]}, candidate()),
    ({"resource_groups": ["other", "RG-WEB"]}, candidate()),
    ({"locations": ["West US"]}, candidate()),
    ({"names": ["VM-Web-01"]}, candidate()),
    ({"names": ["vm-*"]}, candidate()),
    ({"names": ["*"]}, candidate()),
    ({"names": ["vm-web-0?"]}, candidate()),
    ({"names": ["*WEB*"]}, candidate()),
    ({"names": ["vm-web-01*"]}, candidate()),
    ({"names": ["a.b*"]}, candidate("a.bc")),
    ({"tags": {"ENV": ["test", "prod"]}}, candidate(env="prod")),
    ({"tags": {"env": ["prod"], "team": ["web"]}}, candidate(env="prod", team="web")),
    ({"tags": {"env": [""]}}, candidate(env="")),
    ({"tags": {}}, candidate()),
    ({"excepted": ["vm-db-*", "vm-web"]}, candidate()),
    ({"excepted": [f"{ID}virtualMachines/vm-web-02"]}, candidate()),
]
NOT_SELECTED: list[tuple[dict[str, Any], Candidate]] = [
    ({"subscriptions": ["another"]}, candidate()),
    ({"subscriptions": []}, candidate()),
    ({"names": []}, candidate()),
    ({"tags": {"env": []}}, candidate(env="prod")),
    ({"locations": ["eastus"]}, candidate()),
    ({"names": ["vm-web-0"]}, candidate()),
    ({"names": ["vm-?"]}, candidate()),
    ({"names": ["web*"]}, candidate()),
    ({"names": ["*web"]}, candidate()),
    ({"names": ["a.b"]}, candidate("axb")),
    ({"names": ["vm-*-*-01"]}, candidate()),
    ({"names": ["ab*ba"]}, candidate("aba")),
    ({"tags": {"env": ["PROD"]}}, candidate(env="prod")),
    ({"tags": {"env": ["prod"], "team": ["web"]}}, candidate(env="prod")),
    ({"tags": {"env": [""]}}, candidate()),
    ({"names": ["vm-*"], "locations": ["eastus"]}, candidate()),
    ({"names": ["vm-*"], "excepted": ["VM-WEB-*"]}, candidate()),
    ({"excepted": [f"{ID}virtualMachines/VM-WEB-01/"]}, candidate()),
]


@each(SELECTED)
def test_a_selector_selects(case: tuple[dict[str, Any], Candidate]) -> None:
    assert selection_of(Selector(**case[0]))(case[1])


@each(NOT_SELECTED)
def test_a_selector_leaves_out(case: tuple[dict[str, Any], Candidate]) -> None:
    assert not selection_of(Selector(**case[0]))(case[1])


def test_a_pattern_of_many_stars_comes_to_an_end() -> None:
    """A search that goes back at each star would take years."""
    matches = name_matcher(["*a" * 40 + "*b"])
    assert not matches("a" * 260)
    assert matches("a" * 80 + "b")
