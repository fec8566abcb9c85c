"""Totals add up, causes are grouped, weak spots and changes are found, and equal days have equal digests."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.reports.day.changes import Earlier
from app.reports.day.contents import Report, make_report
from app.reports.day.facts import Facts
from app.reports.day.outcomes import Backup
from app.reports.day.plans import Revision
from tests.reports.made_facts import DAY, DUE, EVER, LATER, backup, definition, facts, item, policy, report, vault
from tests.reports.made_pages import everything


def earlier(of: Report) -> Earlier:
    return Earlier("2026-06-14", 1, of.items, of.head["weak"])


def after(of: Facts, before: Facts) -> Report:
    return make_report(DAY, LATER, of, earlier(report(before)))


def test_totals_add_up_with_something_of_everything() -> None:
    made = everything()
    totals = {name: count for name, count in made.head["totals"].items() if isinstance(count, int)}
    ends = ("done", "done_with_warnings", "failed", "missed", "running", "unknown")
    assert sum(totals[name] for name in ends) == totals["expected"] + totals["unplanned"]
    assert all(totals[name] for name in ends)
    assert totals["items"] == len(made.items) == len(made.nights) == 140
    assert sum(cause["count"] for cause in made.head["failures"]) == totals["failed"]


def test_the_age_of_the_data_is_not_known_while_one_vault_was_never_read() -> None:
    both = [item(), item("vm-2", vault_id="vault-2")]
    assert report(facts(both, vaults=[vault(), vault("vault-2")])).head["data_as_of"] is not None
    assert report(facts(both, vaults=[vault(), vault("vault-2", known_until=None)])).head["data_as_of"] is None


def test_failures_are_grouped_by_cause_and_a_cancelled_backup_is_one() -> None:
    errors = [{"azure_code": "A", "title": "One", "remedy": "Do."}] * 3 + [None, {"azure_code": "B", "title": "One"}]
    items = [item(f"vm-{number}") for number in range(len(errors))]
    made = {one.id: [backup(DUE, "failed", error=error)] for one, error in zip(items, errors, strict=True)}
    causes = report(facts(items, made)).head["failures"]
    assert [(cause["azure_code"], cause["title"], cause["count"]) for cause in causes] == [
        ("A", "One", 3),
        ("B", "One", 1),
        (None, "The backup was cancelled", 1),
    ]


def test_weak_spots_count_what_is_weak_and_say_what_is_not_known() -> None:
    short, odd = policy("short", Revision(EVER, definition(days=29))), policy("odd", Revision(EVER, None))
    weekly = policy("unused", Revision(EVER, definition(days=7)))
    items = [
        item("vm-1", consistency={"expected": "application", "last": "crash", "met": False}),
        item(
            "vm-2",
            policy_id="short",
            is_restored=True,
            is_proven=True,
            consistency={"expected": None, "last": None, "met": None},
        ),
        item("vm-3", policy_id="odd", vault_id="vault-2"),
    ]
    open_vault = replace(vault("vault-2"), soft_delete="off", immutability=None)
    spots = report(facts(items, policies=[policy(), short, odd, weekly], vaults=[vault(), open_vault])).head["weak"]
    assert {name: (spot["count"], spot["unknown"], spot["total"]) for name, spot in spots.items()} == {
        "not_application_consistent": (1, 2, 3),
        "soft_delete_off": (1, 0, 2),
        "immutability_off": (0, 1, 2),
        "retention_under_30_days": (1, 1, 3),
        "never_restored": (2, 0, 3),
        "not_proven": (2, 0, 3),
    }
    assert spots["soft_delete_off"]["things"] == [{"path": "/v1/vaults/vault-2", "name": "vault-2"}]


def test_changes_are_found_against_the_report_of_the_day_before() -> None:
    def made(**states: str) -> dict[str, list[Backup]]:
        return {name: [backup(DUE, state)] for name, state in states.items()}

    were = {"a": "failed", "b": "succeeded", "c": "succeeded", "d": "succeeded", "e": "succeeded"}
    before = facts([item(one) for one in were], made(**were))
    other = policy("other", Revision(EVER, definition()), Revision(DUE, definition(days=31)))
    now = facts(
        [item("a"), item("b"), item("c", policy_id="other"), item("d"), item("f")],
        made(a="succeeded", b="failed", c="succeeded", f="succeeded"),
        policies=[policy(), other],
    )
    changes = after(now, before).head["changes"]
    assert changes is not None
    lists = {name: [one["name"] for one in value["things"]] for name, value in changes.items() if "things" in value}  # type: ignore[operator, index]
    assert lists == {
        "recovered": ["a"],
        "newly_failed": ["b"],
        "policy_changed": ["c"],
        "newly_missed": ["d"],
        "gone_items": ["e"],
        "new_items": ["f"],
        "policies_redefined": ["other"],
    }
    assert changes["policy_changed"]["things"][0]["after"] == "other"
    assert report(now).head["changes"] is None


def test_the_digest_changes_with_what_became_of_an_item_and_not_with_the_age_of_the_data() -> None:
    def digest(of: Facts, now: datetime = LATER) -> str:
        return report(of, now=now).digest

    one = facts([item()], {"vm-1": [backup(DUE)]})
    same = facts([item(newest_point_at=LATER)], {"vm-1": [backup(DUE)]}, vaults=[vault(known_until=DUE)])
    assert digest(one) == digest(same, LATER + timedelta(hours=1))
    for other in ({"vm-1": [backup(DUE, "failed")]}, {"vm-1": [backup(DUE, id="another")]}, {}):
        assert digest(facts([item()], other)) != digest(one)


def test_lists_inside_a_report_are_cut_and_say_how_many_there_are() -> None:
    spot = report(facts([item(f"vm-{number:04}") for number in range(250)])).head["weak"]["never_restored"]
    assert (spot["count"], len(spot["things"])) == (250, 100)
