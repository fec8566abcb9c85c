from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.protection_rule_mode import ProtectionRuleMode, check_protection_rule_mode
from ..models.rule_on_lost import RuleOnLost, check_rule_on_lost
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.protection_rule_update_labels_type_0 import ProtectionRuleUpdateLabelsType0
    from ..models.rule_target_body import RuleTargetBody
    from ..models.selector_body import SelectorBody


T = TypeVar("T", bound="ProtectionRuleUpdate")


@_dataclass
class ProtectionRuleUpdate:
    """What is to change; each member that is sent replaces the whole of it.

    Attributes:
        name (None | str | Unset): Its name: unique in the tenant, letter case ignored.
        priority (int | None | Unset): Of the rules that select a VM the one with the lowest number decides.
        selector (None | SelectorBody | Unset): Which VMs it is for.
        targets (list[RuleTargetBody] | None | Unset): In which vault and by which policy the VMs of a region are
            protected.
        mode (None | ProtectionRuleMode | Unset): `observe`: it only says what it would do; `enforce`: it asks for jobs
            by itself.
        max_per_hour (int | None | Unset): How many jobs it asks for within any hour, at most.
        on_lost (None | RuleOnLost | Unset): What follows when a VM that it protected is not selected any more.
        reference (None | str | Unset): Your ticket: its jobs get it.
        labels (None | ProtectionRuleUpdateLabelsType0 | Unset): Your own labels, at most 20; filter jobs by one of them
            (`label=name=value`).
        confirm (int | None | Unset): The number of VMs, sent again as a confirmation where a refusal asks for it.
    """

    name: None | str | Unset = UNSET
    priority: int | None | Unset = UNSET
    selector: None | SelectorBody | Unset = UNSET
    targets: list[RuleTargetBody] | None | Unset = UNSET
    mode: None | ProtectionRuleMode | Unset = UNSET
    max_per_hour: int | None | Unset = UNSET
    on_lost: None | RuleOnLost | Unset = UNSET
    reference: None | str | Unset = UNSET
    labels: None | ProtectionRuleUpdateLabelsType0 | Unset = UNSET
    confirm: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.protection_rule_update_labels_type_0 import ProtectionRuleUpdateLabelsType0  # noqa: PLC0415
        from ..models.selector_body import SelectorBody  # noqa: PLC0415

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        priority: int | None | Unset
        if isinstance(self.priority, Unset):
            priority = UNSET
        else:
            priority = self.priority

        selector: dict[str, Any] | None | Unset
        if isinstance(self.selector, Unset):
            selector = UNSET
        elif isinstance(self.selector, SelectorBody):
            selector = self.selector.to_dict()
        else:
            selector = self.selector

        targets: list[dict[str, Any]] | None | Unset
        if isinstance(self.targets, Unset):
            targets = UNSET
        elif isinstance(self.targets, list):
            targets = []
            for targets_type_0_item_data in self.targets:
                targets_type_0_item = targets_type_0_item_data.to_dict()
                targets.append(targets_type_0_item)

        else:
            targets = self.targets

        mode: None | str | Unset
        if isinstance(self.mode, Unset):
            mode = UNSET
        elif isinstance(self.mode, str):
            mode = self.mode
        else:
            mode = self.mode

        max_per_hour: int | None | Unset
        if isinstance(self.max_per_hour, Unset):
            max_per_hour = UNSET
        else:
            max_per_hour = self.max_per_hour

        on_lost: None | str | Unset
        if isinstance(self.on_lost, Unset):
            on_lost = UNSET
        elif isinstance(self.on_lost, str):
            on_lost = self.on_lost
        else:
            on_lost = self.on_lost

        reference: None | str | Unset
        if isinstance(self.reference, Unset):
            reference = UNSET
        else:
            reference = self.reference

        labels: dict[str, Any] | None | Unset
        if isinstance(self.labels, Unset):
            labels = UNSET
        elif isinstance(self.labels, ProtectionRuleUpdateLabelsType0):
            labels = self.labels.to_dict()
        else:
            labels = self.labels

        confirm: int | None | Unset
        if isinstance(self.confirm, Unset):
            confirm = UNSET
        else:
            confirm = self.confirm

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if name is not UNSET:
            field_dict["name"] = name
        if priority is not UNSET:
            field_dict["priority"] = priority
        if selector is not UNSET:
            field_dict["selector"] = selector
        if targets is not UNSET:
            field_dict["targets"] = targets
        if mode is not UNSET:
            field_dict["mode"] = mode
        if max_per_hour is not UNSET:
            field_dict["max_per_hour"] = max_per_hour
        if on_lost is not UNSET:
            field_dict["on_lost"] = on_lost
        if reference is not UNSET:
            field_dict["reference"] = reference
        if labels is not UNSET:
            field_dict["labels"] = labels
        if confirm is not UNSET:
            field_dict["confirm"] = confirm

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.protection_rule_update_labels_type_0 import ProtectionRuleUpdateLabelsType0  # noqa: PLC0415
        from ..models.rule_target_body import RuleTargetBody  # noqa: PLC0415
        from ..models.selector_body import SelectorBody  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        def _parse_priority(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        priority = _parse_priority(d.pop("priority", UNSET))

        def _parse_selector(data: object) -> None | SelectorBody | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                selector_type_0 = SelectorBody.from_dict(data)

                return selector_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SelectorBody | Unset, data)

        selector = _parse_selector(d.pop("selector", UNSET))

        def _parse_targets(data: object) -> list[RuleTargetBody] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                targets_type_0 = []
                _targets_type_0 = data
                for targets_type_0_item_data in _targets_type_0:
                    targets_type_0_item = RuleTargetBody.from_dict(targets_type_0_item_data)

                    targets_type_0.append(targets_type_0_item)

                return targets_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[RuleTargetBody] | None | Unset, data)

        targets = _parse_targets(d.pop("targets", UNSET))

        def _parse_mode(data: object) -> None | ProtectionRuleMode | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                mode_type_0 = check_protection_rule_mode(data)

                return mode_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ProtectionRuleMode | Unset, data)

        mode = _parse_mode(d.pop("mode", UNSET))

        def _parse_max_per_hour(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_per_hour = _parse_max_per_hour(d.pop("max_per_hour", UNSET))

        def _parse_on_lost(data: object) -> None | RuleOnLost | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                on_lost_type_0 = check_rule_on_lost(data)

                return on_lost_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RuleOnLost | Unset, data)

        on_lost = _parse_on_lost(d.pop("on_lost", UNSET))

        def _parse_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reference = _parse_reference(d.pop("reference", UNSET))

        def _parse_labels(data: object) -> None | ProtectionRuleUpdateLabelsType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                labels_type_0 = ProtectionRuleUpdateLabelsType0.from_dict(data)

                return labels_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ProtectionRuleUpdateLabelsType0 | Unset, data)

        labels = _parse_labels(d.pop("labels", UNSET))

        def _parse_confirm(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        confirm = _parse_confirm(d.pop("confirm", UNSET))

        protection_rule_update = cls(
            name=name,
            priority=priority,
            selector=selector,
            targets=targets,
            mode=mode,
            max_per_hour=max_per_hour,
            on_lost=on_lost,
            reference=reference,
            labels=labels,
            confirm=confirm,
        )

        return protection_rule_update
