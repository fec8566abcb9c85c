from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ..models.report_changes_read_newly_weak import ReportChangesReadNewlyWeak
    from ..models.report_few_read import ReportFewRead
    from ..models.report_policy_moves_read import ReportPolicyMovesRead
    from ..models.report_since_read import ReportSinceRead


T = TypeVar("T", bound="ReportChangesRead")


@_dataclass
class ReportChangesRead:
    """What is different from the report of the day before.

    Attributes:
        since (ReportSinceRead): The report that is compared with.
        new_items (ReportFewRead): `count` things; `things` names the first 100.
        gone_items (ReportFewRead): `count` things; `things` names the first 100.
        newly_failed (ReportFewRead): `count` things; `things` names the first 100.
        newly_missed (ReportFewRead): `count` things; `things` names the first 100.
        recovered (ReportFewRead): `count` things; `things` names the first 100.
        policy_changed (ReportPolicyMovesRead): `count` items; `things` names the first 100.
        policies_redefined (ReportFewRead): `count` things; `things` names the first 100.
        newly_weak (ReportChangesReadNewlyWeak): By weak spot: how many more than the day before, or fewer.
    """

    since: ReportSinceRead
    new_items: ReportFewRead
    gone_items: ReportFewRead
    newly_failed: ReportFewRead
    newly_missed: ReportFewRead
    recovered: ReportFewRead
    policy_changed: ReportPolicyMovesRead
    policies_redefined: ReportFewRead
    newly_weak: ReportChangesReadNewlyWeak
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        since = self.since.to_dict()

        new_items = self.new_items.to_dict()

        gone_items = self.gone_items.to_dict()

        newly_failed = self.newly_failed.to_dict()

        newly_missed = self.newly_missed.to_dict()

        recovered = self.recovered.to_dict()

        policy_changed = self.policy_changed.to_dict()

        policies_redefined = self.policies_redefined.to_dict()

        newly_weak = self.newly_weak.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "since": since,
                "new_items": new_items,
                "gone_items": gone_items,
                "newly_failed": newly_failed,
                "newly_missed": newly_missed,
                "recovered": recovered,
                "policy_changed": policy_changed,
                "policies_redefined": policies_redefined,
                "newly_weak": newly_weak,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.report_changes_read_newly_weak import ReportChangesReadNewlyWeak  # noqa: PLC0415
        from ..models.report_few_read import ReportFewRead  # noqa: PLC0415
        from ..models.report_policy_moves_read import ReportPolicyMovesRead  # noqa: PLC0415
        from ..models.report_since_read import ReportSinceRead  # noqa: PLC0415

        d = dict(src_dict)
        since = ReportSinceRead.from_dict(d.pop("since"))

        new_items = ReportFewRead.from_dict(d.pop("new_items"))

        gone_items = ReportFewRead.from_dict(d.pop("gone_items"))

        newly_failed = ReportFewRead.from_dict(d.pop("newly_failed"))

        newly_missed = ReportFewRead.from_dict(d.pop("newly_missed"))

        recovered = ReportFewRead.from_dict(d.pop("recovered"))

        policy_changed = ReportPolicyMovesRead.from_dict(d.pop("policy_changed"))

        policies_redefined = ReportFewRead.from_dict(d.pop("policies_redefined"))

        newly_weak = ReportChangesReadNewlyWeak.from_dict(d.pop("newly_weak"))

        report_changes_read = cls(
            since=since,
            new_items=new_items,
            gone_items=gone_items,
            newly_failed=newly_failed,
            newly_missed=newly_missed,
            recovered=recovered,
            policy_changed=policy_changed,
            policies_redefined=policies_redefined,
            newly_weak=newly_weak,
        )

        report_changes_read.additional_properties = d
        return report_changes_read
