"""A report as CSV: one line for each run, with a header line (RFC 4180). Pure.

A cell that a spreadsheet would take for a formula begins with an apostrophe: names of VMs and Azure's words are
foreign.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from app.reports.day.stored import HeadJson, ItemJson

COLUMNS: Final = (
    "date",
    "time_zone",
    "revision",
    "protected_item_id",
    "vm_name",
    "resource_group",
    "subscription_id",
    "vm_id",
    "vault_id",
    "policy_id",
    "due_at",
    "outcome",
    "reason",
    "cause",
    "job",
    "late",
    "consistency_expected",
    "consistency_last",
    "oldest_point_at",
    "newest_point_at",
)
_BEGINS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) else text


def as_csv(head: HeadJson, items: Sequence[ItemJson]) -> str:
    """The items in their order; of an item the run that is worst off first. An outcome that is not known is empty."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    first = [head["date"], head["time_zone"], head.get("revision", 0)]
    for item in items:
        writer.writerows([safe(cell) for cell in (*first, *line)] for line in _lines(item))
    return written.getvalue()


def _lines(item: ItemJson) -> Iterator[list[Any]]:
    vm, consistency = item["vm"], item["consistency"]
    of_vm = [vm["name"], vm["resource_group"], vm["subscription_id"], vm["id"]]
    own: list[Any] = [item["protected_item_id"], *of_vm, item["vault_id"], item["policy_id"]]
    kinds = [consistency["expected"], consistency["last"]] if consistency is not None else [None, None]
    points = [item["oldest_point_at"], item["newest_point_at"]]
    yield [*own, *_run(item), item["cause"], item["job"], _late(item), *kinds, *points]
    for run in item["other_runs"]:
        yield [*own, *_run(run), None, run["job"], _late(run), *kinds, *points]


def _late(run: Mapping[str, Any]) -> str | None:
    return None if run.get("late") is None else str(run["late"]).lower()


def _run(run: Mapping[str, Any]) -> list[Any]:
    return [run["due_at"], run["outcome"], run["reason"]]
