"""Which requests want a second person, and who may decide: pure tables."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.approvals.errors import ApprovalDecided, ApprovalExpired, ApprovalWithdrawn, OwnRequest
from app.approvals.rules import Asked, Verdict, check_may_decide, lost
from app.azure.restore_values import DisksTarget, NewVmTarget, ReplaceDisksTarget
from app.azure.values import DiskSelection, ItemRef, PolicyDefinition, RecoveryPoint, VaultRef, VmRef
from app.identity.access.second_person import Sensitive, is_same_person, operation_to_approve
from app.policies import changes
from app.policies.schemas import PolicyCreate
from app.protection.policy_fit import PolicySaid, Weighed
from app.restores import rules as restores
from app.restores.rules import Choice, RestoreAsk
from app.restores.targets import FilesTarget, Target
from app.vaults import sensitive_changes as vaults
from app.vaults.rules import Settings, UpdateOrder
from tests.policies.bodies import DAILY, HOURLY, WEEKLY, Body, changed

VAULT = VaultRef("s", "rg", "vault")
ITEM = ItemRef(VAULT, VmRef("s", "rg", "vm-web-01"))
GROUP = "/subscriptions/s/resourceGroups/rg-out"


# --- what the tenant wants ------------------------------------------------------------------------------------------
def test_the_narrowest_operation_that_the_tenant_names_is_the_one() -> None:
    both = Sensitive(("replace_disks", "restore"), "It.")
    assert operation_to_approve(both, {"restore", "replace_disks"}) == "replace_disks"
    assert operation_to_approve(both, {"restore"}) == "restore"
    assert operation_to_approve(both, {"delete_data"}) is None
    assert operation_to_approve(None, {"restore"}) is None


@pytest.mark.parametrize(
    ("target", "operations", "words"),
    [
        (ReplaceDisksTarget("replace_disks", "v", "a"), ("replace_disks", "restore"), "Overwrite the disks of vm-web-"),
        (DisksTarget("disks", GROUP, "a"), ("restore",), "as disks into rg-out (westus)"),
        (NewVmTarget("new_vm", "vm-r", GROUP, "n", "a"), ("restore",), "as the new VM vm-r into rg-out"),
        (FilesTarget(), ("restore",), "access to every file"),
    ],
)
def test_every_restore_is_one_and_replacing_disks_is_more(target: Target, operations: Any, words: str) -> None:
    ask = RestoreAsk(ITEM, "westus", Choice(), "932861138423", target)
    said = restores.sensitive(ask, RecoveryPoint("932861138423", datetime(2026, 1, 31, 9, 30, tzinfo=UTC), None, ()))
    assert said.operations == operations
    assert words in said.words
    assert "932861138423 of 2026-01-31T09:30:00+00:00" in said.words
    assert "newest recovery point" in restores.sensitive(replace(ask, point_id=None), None).words


ON, OFF = Settings(soft_delete_state="on", soft_delete_days=30), Settings(soft_delete_state="off")


@pytest.mark.parametrize(
    ("expected", "wanted", "is_weaker"),
    [
        ((ON,), OFF, True),
        ((Settings(),), OFF, True),
        ((OFF,), OFF, False),
        ((OFF, ON), OFF, True),
        ((ON,), Settings(soft_delete_days=29), True),
        ((ON,), Settings(soft_delete_days=30), False),
        ((ON,), Settings(soft_delete_days=31), False),
        ((ON, Settings(soft_delete_days=60)), Settings(soft_delete_days=45), True),
        ((Settings(),), Settings(soft_delete_days=180), True),
        ((OFF,), Settings(soft_delete_state="on", soft_delete_days=14), False),
        ((ON,), Settings(soft_delete_state="always_on"), False),
        ((ON,), Settings(tags={"a": "b"}), False),
    ],
)
def test_soft_delete_is_weakened_by_less_than_there_is_or_will_be(
    expected: tuple[Settings, ...], wanted: Settings, *, is_weaker: bool
) -> None:
    said = vaults.sensitive(UpdateOrder(VAULT, wanted, expected))
    assert ("soft_delete_off" in said.operations) == is_weaker


@pytest.mark.parametrize(
    ("field", "before", "after", "operations"),
    [
        ("immutability", "unlocked", "disabled", ("immutability",)),
        ("immutability", None, "disabled", ("immutability",)),
        ("immutability", "disabled", "disabled", ()),
        ("immutability", "disabled", "unlocked", ()),
        ("immutability", "unlocked", "locked", ("immutability",)),
        ("immutability", "locked", "locked", ()),
        ("redundancy", "geo", "zone", ("redundancy_less",)),
        ("redundancy", "geo", "local", ("redundancy_less",)),
        ("redundancy", "zone", "local", ("redundancy_less",)),
        ("redundancy", None, "local", ("redundancy_less",)),
        ("redundancy", "local", "geo", ()),
        ("redundancy", None, "geo", ()),
        ("redundancy", "geo", "geo", ()),
        ("cross_region_restore", True, False, ("redundancy_less",)),
        ("cross_region_restore", False, False, ()),
        ("cross_region_restore", False, True, ()),
        ("soft_delete_state", "on", "always_on", ("final_setting",)),
        ("soft_delete_state", "always_on", "always_on", ()),
        ("tags", {"a": "b"}, {}, ()),
    ],
)
def test_of_a_vault_what_weakens_or_is_final_is_sensitive(
    field: str, before: Any, after: Any, operations: tuple[str, ...]
) -> None:
    said = vaults.sensitive(UpdateOrder(VAULT, Settings(**{field: after}), (Settings(**{field: before}),)))
    assert said.operations == operations


def definition(body: Body) -> PolicyDefinition:
    return PolicyCreate.model_validate(body).to_definition()


@pytest.mark.parametrize(
    ("before", "after", "is_less"),
    [
        (DAILY, DAILY, False),
        (DAILY, changed(DAILY, retention__daily__count=29), True),
        (DAILY, changed(DAILY, retention__daily__count=31), False),
        (DAILY, changed(DAILY, retention__yearly=None), True),
        (DAILY, changed(DAILY, retention__weekly__days=["monday"]), True),
        (DAILY, changed(DAILY, retention__monthly={"count": 12, "dates": ["last"]}), True),
        (DAILY, changed(DAILY, schedule__time="03:30"), False),
        (DAILY, changed(DAILY, instant_restore_days=1), True),
        (WEEKLY, changed(WEEKLY, schedule__days=["monday"], retention__weekly__days=["monday"]), True),
        (HOURLY, changed(HOURLY, schedule__every_hours=6), True),
        (HOURLY, changed(HOURLY, schedule__every_hours=4, instant_restore_days=8), False),
    ],
)
def test_a_policy_keeps_less_when_points_go_or_are_not_made(before: Body, after: Body, *, is_less: bool) -> None:
    one, other = definition(before), definition(after)
    assert changes.keeps_less(one, other) == is_less
    said = changes.sensitive("production", [one], other, ["/vm/B", "/vm/a"])
    assert said.operations == (("retention_shrink",) if is_less else ())
    assert not is_less or ("->" in said.words and said.facts == {"vms": ["/vm/a", "/vm/b"]})


def test_what_cannot_be_said_in_our_words_is_not_known_to_keep_as_much() -> None:
    assert changes.keeps_less(None, definition(DAILY))
    assert changes.keeps_less(definition(DAILY), None)


def test_a_change_is_compared_with_every_change_before_it_that_has_not_ended() -> None:
    more = definition(changed(DAILY, retention__daily__count=90))
    wanted = definition(changed(DAILY, retention__daily__count=60))
    assert changes.sensitive("p", [definition(DAILY), more], wanted, []).operations == ("retention_shrink",)


FULL, LESS = definition(DAILY), definition(changed(DAILY, retention__daily__count=7))
ENHANCED = definition(changed(DAILY, enhanced=True))
ALL, BUT_0, ONLY_1 = (
    DiskSelection((), include=False),
    DiskSelection((0,), include=False),
    DiskSelection((1,), include=True),
)
SHRINK, STOP, FEWER = ("retention_shrink",), ("stop_protection",), ("disks_fewer",)


@pytest.mark.parametrize(
    ("kind", "state", "before", "after", "operations"),
    [
        ("unprotect", "protected", [], [], ("delete_data",)),
        ("unprotect", "paused", [], [], ("delete_data",)),
        ("resume", "paused", [], [FULL], SHRINK),
        ("resume", "error", [FULL], [FULL], SHRINK),
        ("resume", "suspended", [FULL], [FULL], ()),
        ("resume", "suspended", [FULL], [LESS], SHRINK),
        ("resume", "paused", [], [ENHANCED], (*SHRINK, "final_setting")),
        ("change_policy", "protected", [FULL], [LESS], SHRINK),
        ("change_policy", "protected", [LESS], [FULL], ()),
        ("change_policy", "protected", [LESS, FULL], [LESS], SHRINK),
        ("change_policy", "protected", [None], [FULL], SHRINK),
        ("change_policy", "protected", [], [FULL], SHRINK),
        ("change_policy", "protected", [FULL], [FULL, LESS], SHRINK),
        ("change_policy", "protected", [FULL], [ENHANCED], ("final_setting",)),
        ("change_policy", "protected", [ENHANCED], [ENHANCED], ()),
        ("pause", "protected", [FULL], [], STOP),
        ("pause", "suspended", [FULL], [], ()),
        ("suspend", "protected", [FULL], [], STOP),
        ("undelete", "soft_deleted", [], [], ()),
    ],
)
def test_of_an_item_what_weakens_or_is_final_is_sensitive(
    kind: str, state: str, before: list[Any], after: list[Any], operations: tuple[str, ...]
) -> None:
    said = weighed(kind, state, before, after).sensitive()
    assert said.operations == operations
    assert said.words


@pytest.mark.parametrize(
    ("old", "new", "operations"),
    [
        (ALL, BUT_0, FEWER),
        (BUT_0, ALL, ()),
        (BUT_0, BUT_0, ()),
        (ONLY_1, ALL, ()),
        (ONLY_1, BUT_0, ()),
        (ALL, ONLY_1, FEWER),
        (BUT_0, ONLY_1, FEWER),
        (None, ONLY_1, FEWER),
        (None, BUT_0, FEWER),
        (None, ALL, ()),
        (ONLY_1, DiskSelection((1, 2), include=True), ()),
        (ONLY_1, DiskSelection((1,), include=False), FEWER),
    ],
)
def test_disks_that_may_be_left_out_count_and_what_is_not_known_is_every_disk(
    old: DiskSelection | None, new: DiskSelection, operations: tuple[str, ...]
) -> None:
    change = replace(weighed("change_policy", "protected", [FULL], []), disks=old, new_disks=new)
    assert change.sensitive().operations == operations


def weighed(kind: str, state: str, before: list[Any], after: list[Any]) -> Weighed:
    return Weighed(
        kind=kind,
        vm_name="vm",
        vault_name="v",
        immutability=None,
        state=state,
        before=[PolicySaid("p", one) for one in before],
        after=[PolicySaid("q", one) for one in after],
    )


# --- who may decide ---------------------------------------------------------------------------------------------------
PENDING = Asked("own", "pending", None, None, is_expired=False, is_waiting=True, is_as_asked=True)
APPROVED = replace(PENDING, state="approved", decided_by="a", decided_name="Ann", is_waiting=False)
REJECTED = replace(APPROVED, state="rejected")


@pytest.mark.parametrize(
    ("asked", "decider", "verdict", "outcome"),
    [
        (PENDING, "a", "approved", True),
        (PENDING, "a", "rejected", True),
        (PENDING, "own", "approved", OwnRequest),
        (PENDING, "own", "rejected", OwnRequest),
        (APPROVED, "own", "approved", OwnRequest),
        (APPROVED, "a", "approved", False),
        (replace(APPROVED, state="used"), "a", "approved", False),
        (REJECTED, "a", "rejected", False),
        (APPROVED, "a", "rejected", ApprovalDecided),
        (REJECTED, "a", "approved", ApprovalDecided),
        (APPROVED, "b", "approved", ApprovalDecided),
        (REJECTED, "b", "rejected", ApprovalDecided),
        (replace(APPROVED, is_expired=True), "a", "approved", False),
        (replace(PENDING, is_expired=True), "a", "approved", ApprovalExpired),
        (replace(PENDING, is_expired=True), "a", "rejected", ApprovalExpired),
        (replace(PENDING, state="expired"), "a", "approved", ApprovalExpired),
        (replace(PENDING, state="withdrawn"), "a", "approved", ApprovalWithdrawn),
        (replace(PENDING, is_waiting=False), "a", "rejected", ApprovalWithdrawn),
        (replace(PENDING, is_as_asked=False), "a", "approved", ApprovalWithdrawn),
        (replace(PENDING, is_as_asked=False), "a", "rejected", True),
    ],
)
def test_who_decides_what_and_when(
    asked: Asked,
    decider: str,
    verdict: Verdict,
    outcome: bool | type[Exception],  # noqa: FBT001 - a column of the table
) -> None:
    if isinstance(outcome, bool):
        assert check_may_decide(asked, decider, verdict) is outcome
    else:
        with pytest.raises(outcome) as raised:
            check_may_decide(asked, decider, verdict)
        assert getattr(raised.value, "remedy", None)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("v1|dir|mona", "v1|dir|mona", True),
        ("v1|dir|mona", "v2|dir|mona", True),
        ("v1|dir|mona", "v1|dir|dana", False),
        ("v1|dir|mona", "v1|rid|mona", False),
        ("v1|dir|auth0|mona", "v2|dir|auth0|mona", True),
        ("v1|dir|auth0|mona", "v1|dir|auth0|dana", False),
        ("own", "own", True),
        ("own", "a", False),
    ],
)
def test_one_object_of_one_directory_is_one_person_at_whatever_issuer(one: str, other: str, same: bool) -> None:  # noqa: FBT001
    assert is_same_person(one, other) is is_same_person(other, one) is same


@pytest.mark.parametrize(
    ("expired", "as_asked", "state", "code", "said"),
    [
        (True, True, "pending", "approval_expired", "No decision was made in time. Nothing was sent."),
        (True, True, "approved", "approval_expired", "could not be sent in time. Nothing was sent."),
        (True, True, "used", "approval_expired", "did not reach Azure, and no more are made."),
        (False, True, "approved", "approval_withdrawn", "not have the role approver any more. Nothing was sent."),
        (False, True, "pending", "approval_withdrawn", "It was not approved."),
        (False, False, "approved", "approval_withdrawn", "has changed since"),
        (False, False, "pending", "approval_withdrawn", "has changed since"),
    ],
)
def test_a_job_whose_approval_does_not_hold_says_why(
    *, expired: bool, as_asked: bool, state: str, code: str, said: str
) -> None:
    error = lost(is_expired=expired, is_as_asked=as_asked, state=state)
    assert (error.code, error.retryable) == (code, False)
    assert said in error.detail
    assert "Ask again" in error.remedy
