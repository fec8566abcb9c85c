"""A report that has something of everything, with names that are markup, and the nights before it."""

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from app.jobs.kinds import JobKind
from app.reports.day.calendar_day import NIGHTS
from app.reports.day.changes import Earlier
from app.reports.day.contents import Report, make_report
from app.reports.day.facts import ItemFacts
from app.reports.day.outcomes import Backup, ItemChange
from app.reports.day.plans import Revision
from app.reports.page.view import Night, View, view_of
from tests.reports.made_facts import DAY, DUE, EVER, LATER, backup, definition, facts, item, policy, vault

MARKUP = "<script>alert('x')</script>"
RIGHT_TO_LEFT = "vm-\u202egnp.exe"
NAMES = (MARKUP, RIGHT_TO_LEFT, "=cmd|' /C calc'!A0", '"><img src=x onerror=alert(1)>', "vm-" + "very-long-name-" * 6)
AGENT: dict[str, Any] = {
    "code": "azure_job_failed",
    "azure_code": "UserErrorGuestAgentStatusUnavailable",
    "title": "The VM agent does not answer",
    "remedy": "Start the VM agent in the machine, or install it again; then back the VM up.",
}
SNAPSHOT: dict[str, Any] = {
    "code": "azure_job_failed",
    "azure_code": "ExtensionSnapshotFailedNoNetwork",
    "title": "The snapshot extension has no network",
    "remedy": "Let the VM reach Azure storage (service tag Storage) on port 443, then back it up again.",
}
WARNING: dict[str, Any] = {
    "code": "unknown",
    "azure_code": "Pre-ScriptTimeout",
    "title": "The pre-script took too long",
}
SIZE = 11_394 << 20


def everything(count: int = 140) -> Report:
    """`count` items: most are done, and each other outcome is there."""
    dice = random.Random(7)  # noqa: S311 - a picture, no secret
    items, backups = [], {}
    for number in range(count):
        name = NAMES[number] if number < len(NAMES) else f"vm-app-{number:03}"
        one, made = _one(number, name, dice)
        items.append(one)
        backups[one.id] = made
    policies = [
        policy("nightly", Revision(EVER, definition()), Revision(DUE, definition(days=20))),
        policy("odd", Revision(EVER, None)),
    ]
    vaults = [vault(), vault("vault-north", known_until=DUE), vault("vault-2")]
    vaults[2:] = [vaults[2].__class__("vault-2", "vault-2", "/vaults/vault-2", LATER, "off", "disabled")]
    before = make_report(DAY, LATER, facts(items[3:], policies=policies, vaults=vaults), None)
    earlier = Earlier("2026-06-14", 2, before.items, before.head["weak"])
    states = {"protected": 131, "unprotected": 17, "paused": 7, "elsewhere": 2, "unknown": 3}
    by_hand = replace(
        facts(items, backups, policies=policies, vaults=vaults),
        coverage={"total": 160, "by_state": states, "coverage_percent": 81.9, "as_of": "2026-06-16T10:00:00Z"},
    )
    return make_report(DAY, LATER, by_hand, earlier)


def _one(number: int, name: str, dice: random.Random) -> tuple[ItemFacts, list[Backup]]:
    key, north = f"00000000-0000-7000-8000-{number:012}", "vault-north"
    oldest = DUE - timedelta(days=29)
    moved = ItemChange(DUE - timedelta(hours=1), JobKind.CHANGE_POLICY, "odd")
    of_items: dict[int, dict[str, Any]] = {
        3: {"vault_id": north},
        4: {"state": "paused"},
        6: {"policy_id": "odd", "vault_id": "vault-2"},
        7: {"vault_id": "vault-2", "changes": [moved]},
    }
    of_backups: dict[int, dict[str, Any]] = {
        0: {"state": "failed", "error": AGENT if number < 100 else SNAPSHOT},
        2: {"state": "succeeded_with_warnings", "warning": WARNING},
        5: {"state": "running"},
    }
    which = number % 20
    made = item(name, id=key, is_restored=number % 3 == 0, oldest_point_at=oldest, **of_items.get(which, {}))
    at, size = DUE + timedelta(seconds=dice.randrange(7000)), SIZE + dice.randrange(SIZE)
    job = f"10000000-0000-7000-8000-{number:012}"
    none_began = which in {1, 3, 4, 6}
    return made, [] if none_began else [backup(at, id=job, bytes=size, **of_backups.get(which, {}))]


def nights_before(report: Report, *, seed: int = 3) -> dict[date, Night]:
    """29 nights, two of which have no report."""
    dice = random.Random(seed)  # noqa: S311
    found = {}
    for days in range(1, NIGHTS):
        if days in {11, 12}:
            continue
        letters = {
            one["protected_item_id"]: dice.choices("dwfmu", (90, 3, 4, 2, 1))[0]
            if number > 10
            else dice.choice("dddfm")
            for number, one in enumerate(report.items)
        }
        found[DAY.date - timedelta(days=days)] = Night(letters, dice.randrange(60, 100) * SIZE)
    return found


def shown(report: Report) -> View:
    head = report.head | {"revision": 2, "written_at": "2026-06-16T11:10:00Z"}
    return view_of(head, report.items, nights_before(report), tenant="Payments & <b>Sons</b>")
