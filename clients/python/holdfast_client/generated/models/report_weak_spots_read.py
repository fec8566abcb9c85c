from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ..models.report_weak_read import ReportWeakRead


T = TypeVar("T", bound="ReportWeakSpotsRead")


@_dataclass
class ReportWeakSpotsRead:
    """What is weak although every backup works: items, vaults (soft delete, immutability), policies (retention).

    Attributes:
        not_application_consistent (ReportWeakRead): `count` of `total` are weak in this way; `things` names the first
            100.
        soft_delete_off (ReportWeakRead): `count` of `total` are weak in this way; `things` names the first 100.
        immutability_off (ReportWeakRead): `count` of `total` are weak in this way; `things` names the first 100.
        retention_under_30_days (ReportWeakRead): `count` of `total` are weak in this way; `things` names the first 100.
        never_restored (ReportWeakRead): `count` of `total` are weak in this way; `things` names the first 100.
        not_proven (ReportWeakRead): `count` of `total` are weak in this way; `things` names the first 100.
    """

    not_application_consistent: ReportWeakRead
    soft_delete_off: ReportWeakRead
    immutability_off: ReportWeakRead
    retention_under_30_days: ReportWeakRead
    never_restored: ReportWeakRead
    not_proven: ReportWeakRead
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        not_application_consistent = self.not_application_consistent.to_dict()

        soft_delete_off = self.soft_delete_off.to_dict()

        immutability_off = self.immutability_off.to_dict()

        retention_under_30_days = self.retention_under_30_days.to_dict()

        never_restored = self.never_restored.to_dict()

        not_proven = self.not_proven.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "not_application_consistent": not_application_consistent,
                "soft_delete_off": soft_delete_off,
                "immutability_off": immutability_off,
                "retention_under_30_days": retention_under_30_days,
                "never_restored": never_restored,
                "not_proven": not_proven,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.report_weak_read import ReportWeakRead  # noqa: PLC0415

        d = dict(src_dict)
        not_application_consistent = ReportWeakRead.from_dict(d.pop("not_application_consistent"))

        soft_delete_off = ReportWeakRead.from_dict(d.pop("soft_delete_off"))

        immutability_off = ReportWeakRead.from_dict(d.pop("immutability_off"))

        retention_under_30_days = ReportWeakRead.from_dict(d.pop("retention_under_30_days"))

        never_restored = ReportWeakRead.from_dict(d.pop("never_restored"))

        not_proven = ReportWeakRead.from_dict(d.pop("not_proven"))

        report_weak_spots_read = cls(
            not_application_consistent=not_application_consistent,
            soft_delete_off=soft_delete_off,
            immutability_off=immutability_off,
            retention_under_30_days=retention_under_30_days,
            never_restored=never_restored,
            not_proven=not_proven,
        )

        report_weak_spots_read.additional_properties = d
        return report_weak_spots_read
