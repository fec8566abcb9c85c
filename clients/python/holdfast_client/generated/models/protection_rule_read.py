from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.protection_rule_mode import ProtectionRuleMode, check_protection_rule_mode
from ..models.protection_rule_state import ProtectionRuleState, check_protection_rule_state
from ..models.rule_on_lost import RuleOnLost, check_rule_on_lost

if TYPE_CHECKING:
    from ..models.protection_rule_read_labels import ProtectionRuleReadLabels
    from ..models.rule_counts import RuleCounts
    from ..models.rule_target_body import RuleTargetBody
    from ..models.rule_waiting import RuleWaiting
    from ..models.selector_body import SelectorBody


T = TypeVar("T", bound="ProtectionRuleRead")


@_dataclass
class ProtectionRuleRead:
    """A protection rule.

    Attributes:
        id (UUID): Its id: a UUID, in the order of creation. The rule is at /v1/protection-rules/{id}.
        name (str): Its name: unique in the tenant, letter case ignored.
        priority (int): Of the rules that select a VM the one with the lowest number decides.
        selector (SelectorBody): Which VMs: lists OR, members AND; an empty selector selects all. In any letter case,
            but for values of tags.
        targets (list[RuleTargetBody]): In which vault and by which policy the VMs of a region are protected.
        mode (ProtectionRuleMode): What a rule may do.
        max_per_hour (int): How many jobs it asks for within any hour, at most.
        on_lost (RuleOnLost): What follows when a VM that a rule has protected is not selected any more.
        state (ProtectionRuleState): What a rule does.
        waiting (None | RuleWaiting): Why it does nothing although it shall be enforced; null: it does not wait.
        approval_job (None | str): The newest job that asked for an approval of the rule.
        counts (None | RuleCounts): null: it was not enforced yet. Its preview has the VMs.
        weighed_at (datetime.datetime | None): When an enforced rule was last weighed; null in events.
        hash_ (str): Of all that the rule does: an approval is bound to it.
        reference (None | str): Your ticket: its jobs get it; null: none.
        labels (ProtectionRuleReadLabels): Your own labels: its jobs get them.
        created_at (datetime.datetime): When it was created (UTC).
        updated_at (datetime.datetime): When it last changed here (UTC).
    """

    id: UUID
    name: str
    priority: int
    selector: SelectorBody
    targets: list[RuleTargetBody]
    mode: ProtectionRuleMode
    max_per_hour: int
    on_lost: RuleOnLost
    state: ProtectionRuleState
    waiting: None | RuleWaiting
    approval_job: None | str
    counts: None | RuleCounts
    weighed_at: datetime.datetime | None
    hash_: str
    reference: None | str
    labels: ProtectionRuleReadLabels
    created_at: datetime.datetime
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.rule_counts import RuleCounts  # noqa: PLC0415
        from ..models.rule_waiting import RuleWaiting  # noqa: PLC0415

        id = str(self.id)

        name = self.name

        priority = self.priority

        selector = self.selector.to_dict()

        targets = []
        for targets_item_data in self.targets:
            targets_item = targets_item_data.to_dict()
            targets.append(targets_item)

        mode: str = self.mode

        max_per_hour = self.max_per_hour

        on_lost: str = self.on_lost

        state: str = self.state

        waiting: dict[str, Any] | None
        if isinstance(self.waiting, RuleWaiting):
            waiting = self.waiting.to_dict()
        else:
            waiting = self.waiting

        approval_job: None | str
        approval_job = self.approval_job

        counts: dict[str, Any] | None
        if isinstance(self.counts, RuleCounts):
            counts = self.counts.to_dict()
        else:
            counts = self.counts

        weighed_at: None | str
        if isinstance(self.weighed_at, datetime.datetime):
            weighed_at = self.weighed_at.isoformat()
        else:
            weighed_at = self.weighed_at

        hash_ = self.hash_

        reference: None | str
        reference = self.reference

        labels = self.labels.to_dict()

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "priority": priority,
                "selector": selector,
                "targets": targets,
                "mode": mode,
                "max_per_hour": max_per_hour,
                "on_lost": on_lost,
                "state": state,
                "waiting": waiting,
                "approval_job": approval_job,
                "counts": counts,
                "weighed_at": weighed_at,
                "hash": hash_,
                "reference": reference,
                "labels": labels,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.protection_rule_read_labels import ProtectionRuleReadLabels  # noqa: PLC0415
        from ..models.rule_counts import RuleCounts  # noqa: PLC0415
        from ..models.rule_target_body import RuleTargetBody  # noqa: PLC0415
        from ..models.rule_waiting import RuleWaiting  # noqa: PLC0415
        from ..models.selector_body import SelectorBody  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        name = d.pop("name")

        priority = d.pop("priority")

        selector = SelectorBody.from_dict(d.pop("selector"))

        targets = []
        _targets = d.pop("targets")
        for targets_item_data in _targets:
            targets_item = RuleTargetBody.from_dict(targets_item_data)

            targets.append(targets_item)

        mode = check_protection_rule_mode(d.pop("mode"))

        max_per_hour = d.pop("max_per_hour")

        on_lost = check_rule_on_lost(d.pop("on_lost"))

        state = check_protection_rule_state(d.pop("state"))

        def _parse_waiting(data: object) -> None | RuleWaiting:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                waiting_type_0 = RuleWaiting.from_dict(data)

                return waiting_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RuleWaiting, data)

        waiting = _parse_waiting(d.pop("waiting"))

        def _parse_approval_job(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        approval_job = _parse_approval_job(d.pop("approval_job"))

        def _parse_counts(data: object) -> None | RuleCounts:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                counts_type_0 = RuleCounts.from_dict(data)

                return counts_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RuleCounts, data)

        counts = _parse_counts(d.pop("counts"))

        def _parse_weighed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                weighed_at_type_0 = datetime.datetime.fromisoformat(data)

                return weighed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        weighed_at = _parse_weighed_at(d.pop("weighed_at"))

        hash_ = d.pop("hash")

        def _parse_reference(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reference = _parse_reference(d.pop("reference"))

        labels = ProtectionRuleReadLabels.from_dict(d.pop("labels"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        protection_rule_read = cls(
            id=id,
            name=name,
            priority=priority,
            selector=selector,
            targets=targets,
            mode=mode,
            max_per_hour=max_per_hour,
            on_lost=on_lost,
            state=state,
            waiting=waiting,
            approval_job=approval_job,
            counts=counts,
            weighed_at=weighed_at,
            hash_=hash_,
            reference=reference,
            labels=labels,
            created_at=created_at,
            updated_at=updated_at,
        )

        protection_rule_read.additional_properties = d
        return protection_rule_read
