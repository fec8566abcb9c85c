from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from ..models.report_cause_read import ReportCauseRead
    from ..models.report_changes_read import ReportChangesRead
    from ..models.report_coverage_read import ReportCoverageRead
    from ..models.report_item_read import ReportItemRead
    from ..models.report_moved_read import ReportMovedRead
    from ..models.report_totals_read import ReportTotalsRead
    from ..models.report_unreachable_read import ReportUnreachableRead
    from ..models.report_vault_read import ReportVaultRead
    from ..models.report_weak_spots_read import ReportWeakSpotsRead


T = TypeVar("T", bound="DailyReportRead")


@_dataclass
class DailyReportRead:
    """What became of one day's backups.

    Attributes:
        date (datetime.date): The day it is about.
        time_zone (str): Time zone of the day: an IANA name.
        from_ (datetime.datetime): The first instant of the date.
        to (datetime.datetime): The first instant of the next date.
        hours (float): 24; 23 or 25 on the days on which clocks change.
        revision (int): 0: not written; made from what is known now.
        written_at (datetime.datetime | None): When it was written (UTC); null: it was not, and is made from what is
            known now.
        provisional (bool): The day was not over.
        data_as_of (datetime.datetime | None): The oldest of `vaults`: every backup that began before is known.
        vaults (list[ReportVaultRead]): The vaults, and how far their jobs are known.
        unreachable (list[ReportUnreachableRead]): Vaults whose jobs were not read for too long.
        totals (ReportTotalsRead): Runs by outcome: `done` to `unknown` add up to `expected` and `unplanned`. The other
            three count items.
        failures (list[ReportCauseRead]): Failed runs by cause, the most frequent first.
        warnings (list[ReportCauseRead]): Runs that ended with warnings, by the first of them.
        coverage (None | ReportCoverageRead): null: the estate was never read as a whole.
        weak (ReportWeakSpotsRead): What is weak although every backup works: items, vaults (soft delete, immutability),
            policies (retention).
        moved (ReportMovedRead): Bytes that the day's backups moved. It is not the stored size: Azure tells that of no
            VM.
        changes (None | ReportChangesRead): null: there is no report of the day before.
        items (list[ReportItemRead]): Item by item, the worst off first.
    """

    date: datetime.date
    time_zone: str
    from_: datetime.datetime
    to: datetime.datetime
    hours: float
    revision: int
    written_at: datetime.datetime | None
    provisional: bool
    data_as_of: datetime.datetime | None
    vaults: list[ReportVaultRead]
    unreachable: list[ReportUnreachableRead]
    totals: ReportTotalsRead
    failures: list[ReportCauseRead]
    warnings: list[ReportCauseRead]
    coverage: None | ReportCoverageRead
    weak: ReportWeakSpotsRead
    moved: ReportMovedRead
    changes: None | ReportChangesRead
    items: list[ReportItemRead]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.report_changes_read import ReportChangesRead  # noqa: PLC0415
        from ..models.report_coverage_read import ReportCoverageRead  # noqa: PLC0415

        date = self.date.isoformat()

        time_zone = self.time_zone

        from_ = self.from_.isoformat()

        to = self.to.isoformat()

        hours = self.hours

        revision = self.revision

        written_at: None | str
        if isinstance(self.written_at, datetime.datetime):
            written_at = self.written_at.isoformat()
        else:
            written_at = self.written_at

        provisional = self.provisional

        data_as_of: None | str
        if isinstance(self.data_as_of, datetime.datetime):
            data_as_of = self.data_as_of.isoformat()
        else:
            data_as_of = self.data_as_of

        vaults = []
        for vaults_item_data in self.vaults:
            vaults_item = vaults_item_data.to_dict()
            vaults.append(vaults_item)

        unreachable = []
        for unreachable_item_data in self.unreachable:
            unreachable_item = unreachable_item_data.to_dict()
            unreachable.append(unreachable_item)

        totals = self.totals.to_dict()

        failures = []
        for failures_item_data in self.failures:
            failures_item = failures_item_data.to_dict()
            failures.append(failures_item)

        warnings = []
        for warnings_item_data in self.warnings:
            warnings_item = warnings_item_data.to_dict()
            warnings.append(warnings_item)

        coverage: dict[str, Any] | None
        if isinstance(self.coverage, ReportCoverageRead):
            coverage = self.coverage.to_dict()
        else:
            coverage = self.coverage

        weak = self.weak.to_dict()

        moved = self.moved.to_dict()

        changes: dict[str, Any] | None
        if isinstance(self.changes, ReportChangesRead):
            changes = self.changes.to_dict()
        else:
            changes = self.changes

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "date": date,
                "time_zone": time_zone,
                "from": from_,
                "to": to,
                "hours": hours,
                "revision": revision,
                "written_at": written_at,
                "provisional": provisional,
                "data_as_of": data_as_of,
                "vaults": vaults,
                "unreachable": unreachable,
                "totals": totals,
                "failures": failures,
                "warnings": warnings,
                "coverage": coverage,
                "weak": weak,
                "moved": moved,
                "changes": changes,
                "items": items,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.report_cause_read import ReportCauseRead  # noqa: PLC0415
        from ..models.report_changes_read import ReportChangesRead  # noqa: PLC0415
        from ..models.report_coverage_read import ReportCoverageRead  # noqa: PLC0415
        from ..models.report_item_read import ReportItemRead  # noqa: PLC0415
        from ..models.report_moved_read import ReportMovedRead  # noqa: PLC0415
        from ..models.report_totals_read import ReportTotalsRead  # noqa: PLC0415
        from ..models.report_unreachable_read import ReportUnreachableRead  # noqa: PLC0415
        from ..models.report_vault_read import ReportVaultRead  # noqa: PLC0415
        from ..models.report_weak_spots_read import ReportWeakSpotsRead  # noqa: PLC0415

        d = dict(src_dict)
        date = datetime.date.fromisoformat(d.pop("date"))

        time_zone = d.pop("time_zone")

        from_ = datetime.datetime.fromisoformat(d.pop("from"))

        to = datetime.datetime.fromisoformat(d.pop("to"))

        hours = d.pop("hours")

        revision = d.pop("revision")

        def _parse_written_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                written_at_type_0 = datetime.datetime.fromisoformat(data)

                return written_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        written_at = _parse_written_at(d.pop("written_at"))

        provisional = d.pop("provisional")

        def _parse_data_as_of(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                data_as_of_type_0 = datetime.datetime.fromisoformat(data)

                return data_as_of_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        data_as_of = _parse_data_as_of(d.pop("data_as_of"))

        vaults = []
        _vaults = d.pop("vaults")
        for vaults_item_data in _vaults:
            vaults_item = ReportVaultRead.from_dict(vaults_item_data)

            vaults.append(vaults_item)

        unreachable = []
        _unreachable = d.pop("unreachable")
        for unreachable_item_data in _unreachable:
            unreachable_item = ReportUnreachableRead.from_dict(unreachable_item_data)

            unreachable.append(unreachable_item)

        totals = ReportTotalsRead.from_dict(d.pop("totals"))

        failures = []
        _failures = d.pop("failures")
        for failures_item_data in _failures:
            failures_item = ReportCauseRead.from_dict(failures_item_data)

            failures.append(failures_item)

        warnings = []
        _warnings = d.pop("warnings")
        for warnings_item_data in _warnings:
            warnings_item = ReportCauseRead.from_dict(warnings_item_data)

            warnings.append(warnings_item)

        def _parse_coverage(data: object) -> None | ReportCoverageRead:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                coverage_type_0 = ReportCoverageRead.from_dict(data)

                return coverage_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ReportCoverageRead, data)

        coverage = _parse_coverage(d.pop("coverage"))

        weak = ReportWeakSpotsRead.from_dict(d.pop("weak"))

        moved = ReportMovedRead.from_dict(d.pop("moved"))

        def _parse_changes(data: object) -> None | ReportChangesRead:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                changes_type_0 = ReportChangesRead.from_dict(data)

                return changes_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ReportChangesRead, data)

        changes = _parse_changes(d.pop("changes"))

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = ReportItemRead.from_dict(items_item_data)

            items.append(items_item)

        daily_report_read = cls(
            date=date,
            time_zone=time_zone,
            from_=from_,
            to=to,
            hours=hours,
            revision=revision,
            written_at=written_at,
            provisional=provisional,
            data_as_of=data_as_of,
            vaults=vaults,
            unreachable=unreachable,
            totals=totals,
            failures=failures,
            warnings=warnings,
            coverage=coverage,
            weak=weak,
            moved=moved,
            changes=changes,
            items=items,
        )

        daily_report_read.additional_properties = d
        return daily_report_read
