from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from ..models.cost_change import CostChange
    from ..models.rule_confirm_read import RuleConfirmRead
    from ..models.rule_conflict import RuleConflict
    from ..models.rule_counts import RuleCounts
    from ..models.rule_lost_vm import RuleLostVm
    from ..models.rule_skipped_vm import RuleSkippedVm
    from ..models.rule_unchanged_vm import RuleUnchangedVm
    from ..models.rule_vm_to_protect import RuleVmToProtect
    from ..models.unreachable_scope import UnreachableScope


T = TypeVar("T", bound="ProtectionRulePreview")


@_dataclass
class ProtectionRulePreview:
    """What a rule would do now, from what is known of the estate. Nothing is written.

    Each VM that is selected is in one of `protect`, `unchanged` and `skipped`, by id.

        Attributes:
            as_of (datetime.datetime | None): The oldest reading of a granted scope; null: one was never read. Resource
                Graph itself may be late.
            unreachable (list[UnreachableScope]): What could not be read, and why: what is shown of it may be missing or
                old. Empty: all was read.
            protect (list[RuleVmToProtect]): VMs that it would protect.
            conflicts (list[RuleConflict]): VMs that other rules select, too.
            skipped (list[RuleSkippedVm]): VMs that it selects and does not touch, and why.
            lost (list[RuleLostVm]): VMs that it protected and does not select any more.
            unchanged (list[RuleUnchangedVm]): VMs that are as the rule wants them.
            counts (RuleCounts): The VMs of a rule when it was last weighed.
            confirm (RuleConfirmRead): The number to confirm.
            approval (None | str): The operation for which the tenant wants a second person; null: none.
            hours (int): How long protecting takes by `max_per_hour`, rounded up.
            cost (CostChange | None): Of the VMs in `protect`; null: not known.
            hash_ (str): Of all that the rule does: an approval is bound to it.
    """

    as_of: datetime.datetime | None
    unreachable: list[UnreachableScope]
    protect: list[RuleVmToProtect]
    conflicts: list[RuleConflict]
    skipped: list[RuleSkippedVm]
    lost: list[RuleLostVm]
    unchanged: list[RuleUnchangedVm]
    counts: RuleCounts
    confirm: RuleConfirmRead
    approval: None | str
    hours: int
    cost: CostChange | None
    hash_: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.cost_change import CostChange  # noqa: PLC0415

        as_of: None | str
        if isinstance(self.as_of, datetime.datetime):
            as_of = self.as_of.isoformat()
        else:
            as_of = self.as_of

        unreachable = []
        for unreachable_item_data in self.unreachable:
            unreachable_item = unreachable_item_data.to_dict()
            unreachable.append(unreachable_item)

        protect = []
        for protect_item_data in self.protect:
            protect_item = protect_item_data.to_dict()
            protect.append(protect_item)

        conflicts = []
        for conflicts_item_data in self.conflicts:
            conflicts_item = conflicts_item_data.to_dict()
            conflicts.append(conflicts_item)

        skipped = []
        for skipped_item_data in self.skipped:
            skipped_item = skipped_item_data.to_dict()
            skipped.append(skipped_item)

        lost = []
        for lost_item_data in self.lost:
            lost_item = lost_item_data.to_dict()
            lost.append(lost_item)

        unchanged = []
        for unchanged_item_data in self.unchanged:
            unchanged_item = unchanged_item_data.to_dict()
            unchanged.append(unchanged_item)

        counts = self.counts.to_dict()

        confirm = self.confirm.to_dict()

        approval: None | str
        approval = self.approval

        hours = self.hours

        cost: dict[str, Any] | None
        if isinstance(self.cost, CostChange):
            cost = self.cost.to_dict()
        else:
            cost = self.cost

        hash_ = self.hash_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "as_of": as_of,
                "unreachable": unreachable,
                "protect": protect,
                "conflicts": conflicts,
                "skipped": skipped,
                "lost": lost,
                "unchanged": unchanged,
                "counts": counts,
                "confirm": confirm,
                "approval": approval,
                "hours": hours,
                "cost": cost,
                "hash": hash_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cost_change import CostChange  # noqa: PLC0415
        from ..models.rule_confirm_read import RuleConfirmRead  # noqa: PLC0415
        from ..models.rule_conflict import RuleConflict  # noqa: PLC0415
        from ..models.rule_counts import RuleCounts  # noqa: PLC0415
        from ..models.rule_lost_vm import RuleLostVm  # noqa: PLC0415
        from ..models.rule_skipped_vm import RuleSkippedVm  # noqa: PLC0415
        from ..models.rule_unchanged_vm import RuleUnchangedVm  # noqa: PLC0415
        from ..models.rule_vm_to_protect import RuleVmToProtect  # noqa: PLC0415
        from ..models.unreachable_scope import UnreachableScope  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_as_of(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                as_of_type_0 = datetime.datetime.fromisoformat(data)

                return as_of_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        as_of = _parse_as_of(d.pop("as_of"))

        unreachable = []
        _unreachable = d.pop("unreachable")
        for unreachable_item_data in _unreachable:
            unreachable_item = UnreachableScope.from_dict(unreachable_item_data)

            unreachable.append(unreachable_item)

        protect = []
        _protect = d.pop("protect")
        for protect_item_data in _protect:
            protect_item = RuleVmToProtect.from_dict(protect_item_data)

            protect.append(protect_item)

        conflicts = []
        _conflicts = d.pop("conflicts")
        for conflicts_item_data in _conflicts:
            conflicts_item = RuleConflict.from_dict(conflicts_item_data)

            conflicts.append(conflicts_item)

        skipped = []
        _skipped = d.pop("skipped")
        for skipped_item_data in _skipped:
            skipped_item = RuleSkippedVm.from_dict(skipped_item_data)

            skipped.append(skipped_item)

        lost = []
        _lost = d.pop("lost")
        for lost_item_data in _lost:
            lost_item = RuleLostVm.from_dict(lost_item_data)

            lost.append(lost_item)

        unchanged = []
        _unchanged = d.pop("unchanged")
        for unchanged_item_data in _unchanged:
            unchanged_item = RuleUnchangedVm.from_dict(unchanged_item_data)

            unchanged.append(unchanged_item)

        counts = RuleCounts.from_dict(d.pop("counts"))

        confirm = RuleConfirmRead.from_dict(d.pop("confirm"))

        def _parse_approval(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        approval = _parse_approval(d.pop("approval"))

        hours = d.pop("hours")

        def _parse_cost(data: object) -> CostChange | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                cost_type_0 = CostChange.from_dict(data)

                return cost_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CostChange | None, data)

        cost = _parse_cost(d.pop("cost"))

        hash_ = d.pop("hash")

        protection_rule_preview = cls(
            as_of=as_of,
            unreachable=unreachable,
            protect=protect,
            conflicts=conflicts,
            skipped=skipped,
            lost=lost,
            unchanged=unchanged,
            counts=counts,
            confirm=confirm,
            approval=approval,
            hours=hours,
            cost=cost,
            hash_=hash_,
        )

        protection_rule_preview.additional_properties = d
        return protection_rule_preview
