from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.bulk_dry_run_action import BulkDryRunAction, check_bulk_dry_run_action

if TYPE_CHECKING:
    from ..models.bulk_dry_run_counts import BulkDryRunCounts
    from ..models.bulk_dry_run_target import BulkDryRunTarget
    from ..models.unreachable_scope import UnreachableScope


T = TypeVar("T", bound="BulkDryRun")


@_dataclass
class BulkDryRun:
    """What a bulk request would do, by what Holdfast has on record. Azure is asked when each target's turn comes.

    Attributes:
        action (BulkDryRunAction): The action of the request.
        targets (list[BulkDryRunTarget]): What each target would do, in the request's order.
        counts (BulkDryRunCounts): Number of targets by outcome.
        confirm (str): Of these targets: a request that sends it is about them, or is refused.
        needs_approval (None | str): The operation that a second person would be asked about.
        unreachable (list[UnreachableScope]): What could not be read, and why: what is shown of it may be missing or
            old. Empty: all was read.
    """

    action: BulkDryRunAction
    targets: list[BulkDryRunTarget]
    counts: BulkDryRunCounts
    confirm: str
    needs_approval: None | str
    unreachable: list[UnreachableScope]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        action: str = self.action

        targets = []
        for targets_item_data in self.targets:
            targets_item = targets_item_data.to_dict()
            targets.append(targets_item)

        counts = self.counts.to_dict()

        confirm = self.confirm

        needs_approval: None | str
        needs_approval = self.needs_approval

        unreachable = []
        for unreachable_item_data in self.unreachable:
            unreachable_item = unreachable_item_data.to_dict()
            unreachable.append(unreachable_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "action": action,
                "targets": targets,
                "counts": counts,
                "confirm": confirm,
                "needs_approval": needs_approval,
                "unreachable": unreachable,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.bulk_dry_run_counts import BulkDryRunCounts  # noqa: PLC0415
        from ..models.bulk_dry_run_target import BulkDryRunTarget  # noqa: PLC0415
        from ..models.unreachable_scope import UnreachableScope  # noqa: PLC0415

        d = dict(src_dict)
        action = check_bulk_dry_run_action(d.pop("action"))

        targets = []
        _targets = d.pop("targets")
        for targets_item_data in _targets:
            targets_item = BulkDryRunTarget.from_dict(targets_item_data)

            targets.append(targets_item)

        counts = BulkDryRunCounts.from_dict(d.pop("counts"))

        confirm = d.pop("confirm")

        def _parse_needs_approval(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        needs_approval = _parse_needs_approval(d.pop("needs_approval"))

        unreachable = []
        _unreachable = d.pop("unreachable")
        for unreachable_item_data in _unreachable:
            unreachable_item = UnreachableScope.from_dict(unreachable_item_data)

            unreachable.append(unreachable_item)

        bulk_dry_run = cls(
            action=action,
            targets=targets,
            counts=counts,
            confirm=confirm,
            needs_approval=needs_approval,
            unreachable=unreachable,
        )

        bulk_dry_run.additional_properties = d
        return bulk_dry_run
