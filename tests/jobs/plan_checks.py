"""Reads a query plan and says what is wrong with it."""

from collections.abc import Iterator, Mapping
from typing import Any

BIG = frozenset({"jobs", "job_labels", "protected_items", "item_health"})


def nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def touched(node: Mapping[str, Any]) -> int:
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return int(node["Actual Loops"] * (node["Actual Rows"] + removed))


def complaints(plan: Mapping[str, Any], reads: int) -> list[str]:
    """What is wrong with how a page was read."""
    found = []
    for node in nodes(plan):
        kind, table = node["Node Type"], node.get("Relation Name")
        if kind == "Seq Scan" and table in BIG:
            found.append(f"Seq Scan of {table}")
        if kind != "Bitmap Index Scan" and touched(node) > reads:  # those are entries of an index, not rows
            found.append(f"{kind} of {table or 'rows'} touches {touched(node)} rows, {reads} at most")
    return found
