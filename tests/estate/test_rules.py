"""Which scopes there are, which are asked about, what is believed of Resource Graph, and what a share is."""

from datetime import UTC, datetime, timedelta

import pytest

from app.azure.errors import (
    AzureDenied,
    AzureError,
    AzureNotFound,
    AzureRejected,
    AzureThrottled,
    AzureUnknown,
    AzureUnreadable,
)
from app.azure.graph.values import GraphItem, GraphVm
from app.azure.item_states import ItemState
from app.azure.lists import Listed, Unreadable
from app.azure.values import VaultRef, VmRef
from app.estate.rules import (
    BY_ITEM_STATE,
    RECHECK,
    Scope,
    Trouble,
    UnreachableCode,
    coverage_percent,
    folded_tags,
    merged,
    proven_percent,
    scopes_of,
    tag_filters,
    to_check,
    trouble_of,
    unbelievable,
)
from app.estate.views import Reading, view_of
from app.identity.access.grants import EVERYTHING, Grant, Grants

NOW = datetime(2026, 1, 31, tzinfo=UTC)
A, B, C = "0000000a-0000-0000-0000-00000000000a", "0000000b-0000-0000-0000-00000000000b", "c"


def vm(name: str, subscription: str = A, group: str = "rg") -> GraphVm:
    return GraphVm(VmRef(subscription, group, name), "westus", {"Env": "x"}, "Standard_D2", "Linux", ())


def item(name: str, vault: str = "v", **more: object) -> GraphItem:
    plain = {"state": "Protected", "current_state": "ProtectionConfigured", "is_soft_deleted": False}
    ref, where = VmRef(A, "rg", name), VaultRef(A, "rg", vault)
    values = {"last_recovery_point": None, "policy_name": None} | plain | more
    return GraphItem(id=f"{where.id}/{name}", vault=where, vm=ref, **values)  # type: ignore[arg-type]


def test_every_state_of_an_item_is_one_of_the_estate() -> None:
    assert set(BY_ITEM_STATE) == set(ItemState)


def test_scopes_are_each_there_once_and_none_is_within_another() -> None:
    grants = Grants((Grant(A.upper()), Grant(A, "rg-1"), Grant(B, "RG-2"), Grant(B, "rg-2")))
    assert scopes_of(grants, ()) == (Scope(A), Scope(B, "rg-2"))
    assert scopes_of(Grants((Grant(EVERYTHING), Grant(A, "x"))), (B, A)) == (Scope(A), Scope(B))
    assert Scope(B, "rg-2").id == f"/subscriptions/{B}/resourceGroups/rg-2"


def test_scopes_without_rows_are_asked_about_never_asked_first_and_again_after_a_day() -> None:
    scopes = [Scope(A), Scope(A, "rg"), Scope(A, "rg-empty"), Scope(B), Scope(C)]
    fresh, old = NOW - timedelta(hours=1), NOW - RECHECK
    now, later = to_check(scopes, [vm("one")], {Scope(B).id: fresh, Scope(C).id: old}, NOW, limit=1)
    assert now == [Scope(A, "rg-empty")]
    assert later == [Scope(C)]


def test_a_subscription_of_which_no_item_is_shown_although_some_are_managed_is_not_believed() -> None:
    keys = [f"/subscriptions/{one}/resourcegroups/rg/providers/x/y/vm" for one in (A, B)]
    assert unbelievable([item("one")], keys) == {B}
    assert unbelievable([], []) == set()


def test_of_several_items_of_a_machine_the_one_that_is_backed_up_counts() -> None:
    deleted = item("one", "old", is_soft_deleted=True)
    stopped = item("one", "older", state="ProtectionStopped")
    for order in ([deleted, item("one")], [item("one"), deleted], [stopped, item("one")]):
        assert [found.vault.name for found in merged(order).values()] == ["v"]


def test_tags_that_differ_by_letter_case_are_one_key() -> None:
    assert folded_tags({"Env": "Prod"}) == {"env": "Prod"}
    assert tag_filters(["ENV=prod", "env=dev", "owner=a=b"]) == {"env": ["prod", "dev"], "owner": ["a=b"]}


@pytest.mark.parametrize(
    ("by_state", "share"),
    [({}, None), ({"vm_missing": 3}, None), ({"protected": 1, "unprotected": 2}, 33.3), ({"elsewhere": 2}, 0.0)],
)
def test_the_share_is_of_machines_that_are_there(by_state: dict[str, int], share: float | None) -> None:
    assert coverage_percent(by_state) == share


def test_the_share_that_is_proven_is_of_machines_with_an_item() -> None:
    assert [proven_percent(one) for one in ({}, {"never": 2}, {"proven": 1, "lapsed": 1, "never": 1})] == [
        None,
        0,
        33.3,
    ]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AzureDenied(403, "AuthorizationFailed", "no"), UnreachableCode.DENIED),
        (AzureNotFound(404, "SubscriptionNotFound", "no"), UnreachableCode.NOT_FOUND),
        (AzureThrottled("slow"), UnreachableCode.AZURE_BUSY),
        (AzureUnreadable("html"), UnreachableCode.UNREADABLE),
        (AzureUnknown("503"), UnreachableCode.AZURE_AWAY),
        (AzureRejected(400, "BadRequest", "x" * 5000), UnreachableCode.AZURE_AWAY),
    ],
)
def test_errors_are_told_apart(error: AzureError, code: UnreachableCode) -> None:
    trouble = trouble_of(error, "reading")
    assert trouble.code is code
    assert len(trouble.detail) <= 500


AWAY = Trouble(UnreachableCode.AZURE_AWAY, "away")


def test_what_was_read_of_a_scope_decides_what_its_machines_are() -> None:
    read = view_of(Reading(Listed((vm("one"), vm("two"))), Listed((item("one"),))), [Scope(A)], [])
    assert [(row["vm_key"].rpartition("/")[2], row["item_state"], row["items_known"]) for row in read.rows] == [
        ("one", "ProtectionConfigured", True),
        ("two", None, True),
    ]
    assert read.outcomes[Scope(A)].trouble is None
    assert read.shows_all_of(A, "any")
    assert not read.shows_all_of(B, "any")


def test_what_could_not_be_read_of_a_scope_is_said() -> None:
    odd = Unreadable(f"/subscriptions/{A}/x", None, "odd")
    for reading, code, vms_read, items_read in (
        (Reading(AWAY, Listed()), "azure_away", False, False),
        (Reading(Listed((vm("one"),)), AWAY), "azure_away", True, False),
        (Reading(Listed((vm("one"),)), Listed((), (odd,))), "partial", True, False),
        (Reading(Listed((vm("one"),), (odd,)), Listed()), "partial", True, True),
        (Reading(Listed(), Listed(), {Scope(A): AWAY}), "azure_away", False, False),
        (Reading(Listed(), Listed(), waiting=frozenset({Scope(A)})), "not_checked_yet", False, False),
    ):
        outcome = view_of(reading, [Scope(A)], []).outcomes[Scope(A)]
        assert outcome.trouble is not None
        assert (outcome.trouble.code, outcome.vms_read, outcome.items_read) == (code, vms_read, items_read)


def test_machines_that_azure_itself_lists_are_machines_and_an_empty_list_is_an_answer() -> None:
    found = view_of(Reading(Listed(), Listed(), {Scope(A): Listed((vm("one"),))}), [Scope(A)], [])
    assert len(found.rows) == 1
    empty = view_of(Reading(Listed(), Listed(), {Scope(A): Listed()}), [Scope(A)], [])
    assert empty.outcomes[Scope(A)].is_empty
