"""What changed since the report of the day before. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.reports.day.calendar_day import FEW, Day
from app.reports.day.facts import Facts
from app.reports.day.outcomes import Outcome
from app.reports.day.stored import ChangeJson, ChangesJson, FewJson, ItemJson, MovesJson, ThingJson, WeakJson
from app.reports.day.weak_spots import few, policy_thing

_WELL = frozenset({Outcome.DONE, Outcome.DONE_WITH_WARNINGS})
_BAD = frozenset({Outcome.FAILED, Outcome.MISSED})


@dataclass(frozen=True, slots=True)
class Earlier:
    """The newest revision of the day before, as far as it is compared."""

    date: str
    revision: int
    items: Sequence[ItemJson]
    weak: Mapping[str, WeakJson]


def changes_since(
    earlier: Earlier, items: Sequence[ItemJson], weak: Mapping[str, WeakJson], facts: Facts, day: Day
) -> ChangesJson:
    before = {item["protected_item_id"]: item for item in earlier.items}
    pairs = [(item, before.get(item["protected_item_id"])) for item in items]
    now = {item["protected_item_id"] for item in items}
    left = [item for item, old in pairs if item["gone_at"] is not None and (old is None or not old.get("gone_at"))]
    redefined = [
        policy_thing(policy)
        for policy in facts.policies.values()
        if any(day.begins <= revision.since < day.ends for revision in policy.revisions[1:])
    ]
    return {
        "since": {"date": earlier.date, "revision": earlier.revision},
        "new_items": _few(item for item, old in pairs if old is None),
        "gone_items": _few([item for key, item in before.items() if key not in now and not item.get("gone_at")] + left),
        "newly_failed": _few(i for i, old in pairs if i["outcome"] == Outcome.FAILED and not _was(old, Outcome.FAILED)),
        "newly_missed": _few(i for i, old in pairs if i["outcome"] == Outcome.MISSED and not _was(old, Outcome.MISSED)),
        "recovered": _few(
            i for i, old in pairs if i["outcome"] in _WELL and old is not None and old["outcome"] in _BAD
        ),
        "policy_changed": _moves(pairs, facts),
        "policies_redefined": few(redefined),
        "newly_weak": {
            name: spot["count"] - earlier.weak[name]["count"]
            for name, spot in weak.items()
            if name in earlier.weak and spot["count"] != earlier.weak[name]["count"]
        },
    }


def _was(old: ItemJson | None, outcome: Outcome) -> bool:
    return old is not None and old["outcome"] == outcome


def _few(items: Iterable[ItemJson]) -> FewJson:
    return few([_thing(item) for item in items])


def _thing(item: ItemJson) -> ThingJson:
    return {"path": f"/v1/protected-items/{item['protected_item_id']}", "name": item["vm"]["name"]}


def _moves(pairs: Sequence[tuple[ItemJson, ItemJson | None]], facts: Facts) -> MovesJson:
    """Items that follow another policy than the day before."""
    moved: list[ChangeJson] = [
        {**_thing(item), "before": _policy(old["policy_id"], facts), "after": _policy(item["policy_id"], facts)}
        for item, old in pairs
        if old is not None and old["policy_id"] != item["policy_id"]
    ]
    return {"count": len(moved), "things": moved[:FEW]}


def _policy(policy_id: str | None, facts: Facts) -> str | None:
    """Its name; its id, where it is gone."""
    known = facts.policies.get(policy_id) if policy_id is not None else None
    return known.name if known is not None else policy_id
