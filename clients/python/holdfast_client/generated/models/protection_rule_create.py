from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.protection_rule_mode import ProtectionRuleMode, check_protection_rule_mode
from ..models.rule_on_lost import RuleOnLost, check_rule_on_lost
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.protection_rule_create_labels import ProtectionRuleCreateLabels
    from ..models.rule_target_body import RuleTargetBody
    from ..models.selector_body import SelectorBody


T = TypeVar("T", bound="ProtectionRuleCreate")


@_dataclass
class ProtectionRuleCreate:
    """A new rule.

    Attributes:
        name (str): Its name: unique in the tenant, letter case ignored.
        priority (int): Of the rules that select a VM the one with the lowest number decides.
        selector (SelectorBody): Which VMs: lists OR, members AND; an empty selector selects all. In any letter case,
            but for values of tags.
        targets (list[RuleTargetBody]): In which vault and by which policy the VMs of a region are protected.
        reference (None | str | Unset): Your ticket; filter jobs by it.
        labels (ProtectionRuleCreateLabels | Unset): Your own labels, at most 20; filter jobs by one of them
            (`label=name=value`).
        mode (ProtectionRuleMode | Unset): What a rule may do.
        max_per_hour (int | Unset): How many jobs the rule asks for within any hour, over all workers. Default: 20.
        on_lost (RuleOnLost | Unset): What follows when a VM that a rule has protected is not selected any more.
        confirm (int | None | Unset): The number of VMs, sent again as a confirmation where a refusal asks for it.
    """

    name: str
    priority: int
    selector: SelectorBody
    targets: list[RuleTargetBody]
    reference: None | str | Unset = UNSET
    labels: ProtectionRuleCreateLabels | Unset = UNSET
    mode: ProtectionRuleMode | Unset = UNSET
    max_per_hour: int | Unset = 20
    on_lost: RuleOnLost | Unset = UNSET
    confirm: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        priority = self.priority

        selector = self.selector.to_dict()

        targets = []
        for targets_item_data in self.targets:
            targets_item = targets_item_data.to_dict()
            targets.append(targets_item)

        reference: None | str | Unset
        if isinstance(self.reference, Unset):
            reference = UNSET
        else:
            reference = self.reference

        labels: dict[str, Any] | Unset = UNSET
        if not isinstance(self.labels, Unset):
            labels = self.labels.to_dict()

        mode: str | Unset = UNSET
        if not isinstance(self.mode, Unset):
            mode = self.mode

        max_per_hour = self.max_per_hour

        on_lost: str | Unset = UNSET
        if not isinstance(self.on_lost, Unset):
            on_lost = self.on_lost

        confirm: int | None | Unset
        if isinstance(self.confirm, Unset):
            confirm = UNSET
        else:
            confirm = self.confirm

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "priority": priority,
                "selector": selector,
                "targets": targets,
            }
        )
        if reference is not UNSET:
            field_dict["reference"] = reference
        if labels is not UNSET:
            field_dict["labels"] = labels
        if mode is not UNSET:
            field_dict["mode"] = mode
        if max_per_hour is not UNSET:
            field_dict["max_per_hour"] = max_per_hour
        if on_lost is not UNSET:
            field_dict["on_lost"] = on_lost
        if confirm is not UNSET:
            field_dict["confirm"] = confirm

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.protection_rule_create_labels import ProtectionRuleCreateLabels  # noqa: PLC0415
        from ..models.rule_target_body import RuleTargetBody  # noqa: PLC0415
        from ..models.selector_body import SelectorBody  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        priority = d.pop("priority")

        selector = SelectorBody.from_dict(d.pop("selector"))

        targets = []
        _targets = d.pop("targets")
        for targets_item_data in _targets:
            targets_item = RuleTargetBody.from_dict(targets_item_data)

            targets.append(targets_item)

        def _parse_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reference = _parse_reference(d.pop("reference", UNSET))

        _labels = d.pop("labels", UNSET)
        labels: ProtectionRuleCreateLabels | Unset
        if isinstance(_labels, Unset):
            labels = UNSET
        else:
            labels = ProtectionRuleCreateLabels.from_dict(_labels)

        _mode = d.pop("mode", UNSET)
        mode: ProtectionRuleMode | Unset
        if isinstance(_mode, Unset):
            mode = UNSET
        else:
            mode = check_protection_rule_mode(_mode)

        max_per_hour = d.pop("max_per_hour", UNSET)

        _on_lost = d.pop("on_lost", UNSET)
        on_lost: RuleOnLost | Unset
        if isinstance(_on_lost, Unset):
            on_lost = UNSET
        else:
            on_lost = check_rule_on_lost(_on_lost)

        def _parse_confirm(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        confirm = _parse_confirm(d.pop("confirm", UNSET))

        protection_rule_create = cls(
            name=name,
            priority=priority,
            selector=selector,
            targets=targets,
            reference=reference,
            labels=labels,
            mode=mode,
            max_per_hour=max_per_hour,
            on_lost=on_lost,
            confirm=confirm,
        )

        return protection_rule_create
