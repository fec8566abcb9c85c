"""Which step is next, what a change loses, what an assignment cannot say, and which assignments fight. No database."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from app.azure.governance.values import Assignment, Remediation, Role, Scope, assignment_id
from app.azure.sdk import translate_governance
from app.azure.values import PolicyRef, VaultRef
from app.azure_policy import findings, rules, service, weakening, weighing
from app.azure_policy.models import AzurePolicy
from app.azure_policy.rules import (
    Assign,
    Cancel,
    Evaluate,
    Follow,
    Grant,
    Notes,
    Order,
    Remediate,
    RemediationOnRecord,
    Revoke,
    RoleOnRecord,
    Seen,
    Step,
    Tag,
    Unassign,
    Wanted,
)
from app.azure_policy.work import SetAzurePolicy
from app.protection_rules.errors import ConfirmNeeded

S = "00000000-0000-0000-0000-000000000001"
RULE = UUID(int=5)
SUB, GROUP, OTHER = Scope(S), Scope(S, "rg-vms"), Scope(S, "rg-other")
VAULT = VaultRef(S, "rg-vault", "vault")
WANTED = Wanted(GROUP, "westus", "existing_vault", None, PolicyRef(VAULT, "daily"))
ORDER = Order(RULE, "production", WANTED, touched=(GROUP,))
ROLES = ("vmrole", "backuprole")
REMEDIATION = RemediationOnRecord(GROUP, "holdfast-job")


NO_NOTES = Notes()


def assigned(wanted: Wanted = WANTED, **changes: Any) -> Assignment:
    made = Assignment(
        id=assignment_id(wanted.scope, ORDER.name),
        scope=wanted.scope.id,
        definition_id=wanted.built_in.id.lower(),
        parameters=wanted.parameters,
        principal_id="p",
        enforces=True,
        excludes=(),
        location="westus",
    )
    return replace(made, **changes)


def seen(*assignments: Assignment, roles: tuple[str, ...] = (), **more: Any) -> Seen:
    shown = {key: Role(key, "r", "p") for key in roles}
    return Seen({one.scope.lower(): one for one in assignments}, shown, definition_roles=ROLES, **more)


def step(order: Order, at: Seen, notes: Notes = NO_NOTES, **on_record: Any) -> Step | None:
    return rules.next_step(order, at, notes, **{"on_record": (), "remediation": None} | on_record)


def granted(wanted: Wanted = WANTED) -> tuple[str, ...]:
    return tuple(one.id.lower() for one in rules.needed_roles(ORDER, wanted, assigned(wanted), ROLES))


def test_the_assignment_comes_first_then_each_role_then_nothing() -> None:
    assert isinstance(step(ORDER, seen()), Assign)
    roles = granted()
    assert len(set(roles)) == 3, "both at the scope, and one in the vault's group, which is outside of it"
    for number in range(3):
        found = step(ORDER, seen(assigned(), roles=roles[:number]))
        assert isinstance(found, Grant)
        assert found.order.id.lower() == roles[number]
    assert step(ORDER, seen(assigned(), roles=roles)) is None
    assert isinstance(step(ORDER, seen(assigned(), roles=roles), Notes(last="x")), Evaluate), "it has written something"
    assert step(ORDER, seen(assigned(), roles=roles), Notes(last="x", evaluated=True)) is None
    assert step(ORDER, seen(assigned(), roles=roles[:2]), Notes(held=roles[2:])) is None
    assert len(granted(replace(WANTED, scope=SUB))) == 2, "the subscription holds the vault's group"


def test_names_are_the_same_every_time_and_others_for_another_identity() -> None:
    first = rules.needed_roles(ORDER, WANTED, assigned(), ROLES)
    again = rules.needed_roles(ORDER, WANTED, assigned(), ROLES)
    other = rules.needed_roles(ORDER, WANTED, assigned(principal_id="q"), ROLES)
    assert [one.name for one in first] == [one.name for one in again]
    assert {one.name for one in first}.isdisjoint(one.name for one in other)
    assert all(UUID(one.name).version == 5 for one in first)


@pytest.mark.parametrize(
    "changed",
    [
        {"principal_id": None},
        {"enforces": False},
        {"excludes": (f"{GROUP.id}/x",)},
        {"definition_id": "/other"},
        {"parameters": dict(WANTED.parameters) | {"effect": "Disabled"}},
        {"parameters": dict(WANTED.parameters) | {"backupPolicyId": "/other"}},
        {"parameters": {}},
    ],
)
def test_an_assignment_that_others_changed_is_written_again_where_its_identity_is(changed: Any) -> None:
    found = step(ORDER, seen(assigned(location="eastus", **changed), roles=granted()))
    assert isinstance(found, Assign)
    assert found.order.location == "eastus", "the location of an identity cannot be changed"
    folded = {name: str(value).upper() for name, value in WANTED.parameters.items()}
    assert step(ORDER, seen(assigned(parameters=folded), roles=granted())) is None


def test_another_scope_is_assigned_before_the_old_one_goes_with_its_roles() -> None:
    order = replace(ORDER, touched=(OTHER, GROUP))
    old = RoleOnRecord(OTHER, "old")
    before = assigned(scope=OTHER.id)
    assert isinstance(step(order, seen(before, roles=(old.key,)), on_record=(old,)), Assign)
    found = step(order, seen(before, assigned(), roles=(old.key, *granted())), on_record=(old,))
    assert found == Revoke(old)
    assert step(order, seen(before, assigned(), roles=granted()), on_record=(old,)) == Unassign(OTHER, ORDER.name)
    assert step(order, seen(assigned(), roles=granted()), on_record=(old,)) is None


def remediation(state: str) -> Remediation:
    return Remediation("/r", "/a", state, 3, 1, 0)


def test_a_remediation_begins_when_the_roles_are_there_and_is_followed() -> None:
    order = replace(ORDER, remediate=True)
    assert isinstance(step(order, seen(assigned()), remediation=REMEDIATION), Grant)
    ready = seen(assigned(), roles=granted())
    assert isinstance(step(order, ready, remediation=REMEDIATION), Remediate)
    for state in ("Accepted", "Running", "Pondering", "Cancelling"):
        found = step(order, replace(ready, remediation=remediation(state)), remediation=REMEDIATION)
        assert found == Follow(REMEDIATION), state
    for state in ("Succeeded", "FAILED", "Canceled", "Complete"):
        assert step(order, replace(ready, remediation=remediation(state)), remediation=REMEDIATION) is None, state


def test_a_removal_stops_what_runs_and_takes_roles_then_assignments() -> None:
    order = replace(ORDER, wanted=None, touched=(GROUP, OTHER))
    role = RoleOnRecord(GROUP, "a")
    on_record: dict[str, Any] = {"on_record": (role,), "remediation": REMEDIATION}
    there = seen(assigned(), assigned(scope=OTHER.id), roles=(role.key,), remediation=remediation("Running"))
    first = step(order, there, **on_record)
    assert first == Cancel(REMEDIATION)
    assert first is not None
    assert step(order, there, Notes(last=first.key), **on_record) == first, "begun to send, and perhaps never sent"
    cancelling = replace(there, remediation=remediation("Cancelling"))
    assert step(order, cancelling, Notes(last=first.key), **on_record) == Follow(REMEDIATION)
    over = replace(there, remediation=remediation("Canceled"))
    assert step(order, over, **on_record) == Revoke(role)
    assert step(order, replace(over, roles={}), **on_record) == Unassign(GROUP, ORDER.name)
    assert step(order, seen(assigned(scope=OTHER.id)), **on_record) == Unassign(OTHER, ORDER.name)
    assert step(order, seen(), **on_record) is None


@pytest.mark.parametrize(
    ("wanted", "lost"),
    [
        (WANTED, []),
        (replace(WANTED, scope=SUB), []),
        (replace(WANTED, scope=OTHER), [f"VMs of {GROUP.id} outside {OTHER.id}"]),
        (replace(WANTED, location="eastus"), ["VMs of westus"]),
        (replace(WANTED, policy=PolicyRef(VAULT, "DAILY")), []),
        (replace(WANTED, policy=PolicyRef(VAULT, "other")), [f"VMs into {WANTED.policy.id}"]),
        (replace(WANTED, policy=PolicyRef(replace(VAULT, name="b"), "daily")), [f"VMs into {WANTED.policy.id}"]),
        (replace(WANTED, tag=Tag("a", ("b",))), ["VMs with other tags than a"]),
        (replace(WANTED, definition="existing_vault_with_tag", tag=Tag("a", ("b",))), ["VMs with other tags than a"]),
        (None, ["all"]),
    ],
)
def test_what_a_change_loses(wanted: Wanted | None, lost: list[str]) -> None:
    assert weakening.losses(wanted, [WANTED]) == lost
    assert weakening.losses(wanted, []) == []
    order = replace(ORDER, wanted=wanted, expected=(WANTED,))
    assert (weakening.OFF in weakening.sensitive(order, "h", 3).operations) == bool(lost)
    first = weakening.sensitive(replace(order, expected=()), "h", 3)
    assert first.operations == ((weakening.RULE,) if wanted is not None else (weakening.OFF,))


def test_what_azure_is_to_protect_by_itself_is_sensitive_and_bound_to_the_rule_and_the_number() -> None:
    as_is = replace(ORDER, expected=(WANTED,))
    assert weakening.sensitive(as_is, "h", 3).operations == ()
    for order in (ORDER, replace(as_is, remediate=True), replace(as_is, wanted=replace(WANTED, scope=SUB))):
        found = weakening.sensitive(order, "h", 3)
        assert found.operations == (weakening.RULE,)
        assert found.facts == {weakening.PROTECTS_LESS: [], weakening.RULE_NOW: "h", weakening.VMS: 3}
        for said in ("3 VMs", order.scopes[-1].id if order.wanted != WANTED else GROUP.id, WANTED.policy.id):
            assert said in found.words, found.words
    smaller = weakening.sensitive(replace(as_is, wanted=replace(WANTED, location="eastus")), "h", 3)
    assert smaller.operations == (weakening.OFF, weakening.RULE)


def test_a_remediation_of_many_wants_their_number_and_tells_azure_a_limit() -> None:
    assert weighing.most_of(100, None) == 100
    assert weighing.most_of(0, 7) == 100
    assert weighing.most_of(101, 101) == 101
    for confirm in (None, 100, 102):
        with pytest.raises(ConfirmNeeded) as no:
            weighing.most_of(101, confirm)
        assert no.value.remedy
    found = step(
        replace(ORDER, remediate=True, at_most=240), seen(assigned(), roles=granted()), remediation=REMEDIATION
    )
    assert isinstance(found, Remediate)
    assert translate_governance.remediation_body(found.order)["properties"]["resourceCount"] == 240


def told(**changes: Any) -> Any:
    counts = {"id": "/r", "state": "succeeded", "total": 100, "succeeded": 100, "failed": 0, "failures": []}
    return {"resources": [], "kept": [], "remediation": counts | changes}


def test_a_remediation_has_reached_its_limit_by_azures_counts() -> None:
    counted = [rules.has_reached_its_limit(*one) for one in ((100, 100), (99, 100), (9, 0), (None, 9))]
    assert counted == [True, False, False, False]


@pytest.mark.parametrize("left", [7, None, 0])
def test_a_remediation_that_ended_at_its_limit_says_that_vms_may_be_left(left: int | None) -> None:
    warned = SetAzurePolicy.warnings_of(None, told(left=left))  # type: ignore[arg-type]
    assert [one["code"] for one in warned] == ([] if left == 0 else ["remediation_incomplete"])


@pytest.mark.parametrize(
    ("changed", "warnings"),
    [
        ({"state": "complete"}, 0),
        ({"failed": 1}, 1),
        ({"state": "complete", "failed": 1}, 1),
        ({"state": "failed"}, 1),
        ({"state": "canceled"}, 1),
    ],
)
def test_a_remediation_that_failed_in_part_is_a_warning_in_whichever_state_azure_ends_it(
    changed: dict[str, Any], warnings: int
) -> None:
    warned = SetAzurePolicy.warnings_of(None, told(left=0, **changed))  # type: ignore[arg-type]
    assert len(warned) == warnings


def test_a_vault_is_kept_while_anything_that_may_be_in_azure_names_it() -> None:
    def into(name: str) -> Wanted:
        return replace(WANTED, policy=PolicyRef(replace(VAULT, name=name), "daily"))

    def key(name: str) -> str:
        return into(name).policy.vault.id.lower()

    row = AzurePolicy(wanted=service.WANTED.dump_python(into("Set"), mode="json"), is_set=True, unproven=[None])
    assert {one.vault.id.lower() for one in service.places_of(row, [])} == {key("set")}
    service.note_sent(row, into("sent"))
    places = {one.vault.id.lower() for one in service.places_of(row, [into("asked")])}
    assert places == {key("set"), key("sent"), key("asked")}


def test_back_from_a_tag_to_all_loses_nothing() -> None:
    tagged = replace(WANTED, definition="existing_vault_with_tag", tag=Tag("a", ("b",)))
    assert weakening.losses(WANTED, [tagged]) == []


@pytest.mark.parametrize(
    ("selector", "wanted", "members"),
    [
        ({}, WANTED, []),
        ({"names": ["web-*"], "except": ["x"]}, WANTED, ["names", "except"]),
        ({"tags": {"env": ["prod"]}}, WANTED, ["tags"]),
        (
            {"tags": {"ENV": ["prod"]}},
            replace(WANTED, definition="existing_vault_with_tag", tag=Tag("env", ("prod",))),
            ["tags_case"],
        ),
        (
            {"tags": {"env": ["1", "2"]}},
            replace(WANTED, definition="existing_vault_with_tag", tag=Tag("Env", ("1", "2"))),
            [],
        ),
        (
            {"tags": {"env": ["prod"], "a": ["b"]}},
            replace(WANTED, definition="existing_vault_with_tag", tag=Tag("env", ("prod",))),
            ["tags"],
        ),
        ({"resource_groups": ["RG-VMs"], "subscriptions": [S.upper()], "locations": ["West US"]}, WANTED, []),
        (
            {"resource_groups": ["rg-vms"], "locations": ["eastus"]},
            replace(WANTED, scope=SUB),
            ["resource_groups", "locations"],
        ),
    ],
)
def test_what_the_definition_cannot_say_of_a_rule(selector: Any, wanted: Wanted, members: list[str]) -> None:
    assert findings.differences(selector, wanted) == members
    assert set(members) <= findings.NOT_SAID.keys()


TARGETS = [("westus", PolicyRef(VAULT, "daily"))]


@pytest.mark.parametrize(
    ("found", "fights"),
    [
        (assigned(), 0),
        (assigned(parameters=dict(WANTED.parameters) | {"backupPolicyId": PolicyRef(VAULT, "DAILY").id.upper()}), 0),
        (
            assigned(
                parameters=dict(WANTED.parameters) | {"backupPolicyId": PolicyRef(replace(VAULT, name="b"), "d").id}
            ),
            1,
        ),
        (assigned(parameters=dict(WANTED.parameters) | {"backupPolicyId": PolicyRef(VAULT, "weekly").id}), 1),
        (assigned(parameters={"vaultLocation": "West US", "backupPolicyId": "/x"}), 1),
        (assigned(parameters={"vaultLocation": "eastus", "backupPolicyId": "/x"}), 0),
        (assigned(parameters={"vaultLocation": "westus", "backupPolicyId": "/x", "effect": "AuditIfNotExists"}), 0),
        (assigned(parameters={"vaultLocation": "westus", "backupPolicyId": "/x"}, enforces=False), 0),
        (assigned(parameters={}, definition_id="/x/98d0b9f8-fd90-49c9-88e2-d3baf3b0dd86"), 1),
        (assigned(parameters={}, definition_id="/x/013e242c-8828-4970-87b3-ab247555486d"), 0),
        (assigned(parameters={"vaultLocation": None}), 0),
    ],
)
def test_which_assignments_fight_a_rule(found: Assignment, fights: int) -> None:
    result = list(findings.fights([found], TARGETS, own_name=ORDER.name))
    assert len(result) == fights
    assert all(one.is_ours for one in result)
    assert not any(one.is_ours for one in findings.fights([found], TARGETS, own_name="holdfast-other"))
