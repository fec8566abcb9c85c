from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

from ..types import UNSET, Unset

T = TypeVar("T", bound="ReportTotalsRead")


@_dataclass
class ReportTotalsRead:
    """Runs by outcome: `done` to `unknown` add up to `expected` and `unplanned`. The other three count items.

    Attributes:
        items (int): Items on that day.
        expected (int): Runs that the policies planned and that were due.
        unplanned (int): Backups that belong to no such run: on demand, or of an uncounted policy.
        done (int): Runs that ended well.
        done_with_warnings (int): Runs that ended well, with warnings.
        failed (int): Runs that failed.
        missed (int): No backup began within the grace, and the vault's jobs were read since.
        running (int): Runs that have not ended.
        unknown (int): Runs of which the outcome is null.
        not_due (int): Items of which nothing was due.
        uncounted (int): Items whose policy cannot be counted, so that their runs are not known.
        late (int | Unset): Of the runs with a backup: it began after the grace. Default: 0.
    """

    items: int
    expected: int
    unplanned: int
    done: int
    done_with_warnings: int
    failed: int
    missed: int
    running: int
    unknown: int
    not_due: int
    uncounted: int
    late: int | Unset = 0
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        items = self.items

        expected = self.expected

        unplanned = self.unplanned

        done = self.done

        done_with_warnings = self.done_with_warnings

        failed = self.failed

        missed = self.missed

        running = self.running

        unknown = self.unknown

        not_due = self.not_due

        uncounted = self.uncounted

        late = self.late

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "items": items,
                "expected": expected,
                "unplanned": unplanned,
                "done": done,
                "done_with_warnings": done_with_warnings,
                "failed": failed,
                "missed": missed,
                "running": running,
                "unknown": unknown,
                "not_due": not_due,
                "uncounted": uncounted,
            }
        )
        if late is not UNSET:
            field_dict["late"] = late

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        items = d.pop("items")

        expected = d.pop("expected")

        unplanned = d.pop("unplanned")

        done = d.pop("done")

        done_with_warnings = d.pop("done_with_warnings")

        failed = d.pop("failed")

        missed = d.pop("missed")

        running = d.pop("running")

        unknown = d.pop("unknown")

        not_due = d.pop("not_due")

        uncounted = d.pop("uncounted")

        late = d.pop("late", UNSET)

        report_totals_read = cls(
            items=items,
            expected=expected,
            unplanned=unplanned,
            done=done,
            done_with_warnings=done_with_warnings,
            failed=failed,
            missed=missed,
            running=running,
            unknown=unknown,
            not_due=not_due,
            uncounted=uncounted,
            late=late,
        )

        report_totals_read.additional_properties = d
        return report_totals_read
