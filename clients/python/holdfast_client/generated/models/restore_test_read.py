from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.restore_test_level import RestoreTestLevel, check_restore_test_level

if TYPE_CHECKING:
    from ..models.restore_test_missed_read import RestoreTestMissedRead
    from ..models.restore_test_point_body import RestoreTestPointBody
    from ..models.restore_test_sample_body import RestoreTestSampleBody
    from ..models.restore_test_schedule_body import RestoreTestScheduleBody
    from ..models.restore_test_script_read import RestoreTestScriptRead
    from ..models.restore_test_target_body import RestoreTestTargetBody
    from ..models.selector_body import SelectorBody


T = TypeVar("T", bound="RestoreTestRead")


@_dataclass
class RestoreTestRead:
    """A restore test.

    Attributes:
        id (UUID): Its id: a UUID. Ids of one kind sort in the order of creation.
        name (str): Its name: unique in the tenant, letter case ignored.
        plan_id (None | UUID): The recovery plan that is rehearsed; null: VMs are selected instead.
        selector (None | SelectorBody): Which VMs, by what is known of them; null: those of the plan.
        sample (RestoreTestSampleBody): Which of the selected items a round takes.
        schedule (None | RestoreTestScheduleBody): When a round begins by itself; null: only when it is asked for.
        max_in_flight (int): How many VMs are restored at a time.
        point (RestoreTestPointBody): Which recovery point is restored: the newest that is as asked.
        target (RestoreTestTargetBody): Where VMs are restored to. The network must be isolated from production: it is
            looked at before each restore.
        levels (list[RestoreTestLevel]): What is verified, in the order of the levels.
        script (None | RestoreTestScriptRead): What is run in each restored VM for the level `answers`; null: no script.
        check_minutes (int): How many minutes the level `your_check` waits for a verdict.
        keep_after_success_minutes (int): How many minutes a restored VM is kept after it passed, before it is deleted.
        keep_after_failure_minutes (int): How many minutes it is kept after it failed, so that you can look at it.
        hash_ (str): SHA-256 of the definition: an approval of it, and evidence, name it.
        is_approved (bool): Whether a second person approved this definition.
        approval (None | str): What was asked of a second person when the schedule was defined or changed, in a tenant
            that wants one: until it is approved the schedule begins no round.
        next_due_at (datetime.datetime | None): When the next round begins by itself; null: it has no schedule.
        last_round_at (datetime.datetime | None): When the last round began (UTC); null: none yet.
        missed (None | RestoreTestMissedRead): The last time that the schedule wanted a round and none was made.
        created_at (datetime.datetime): When it was created (UTC).
        updated_at (datetime.datetime): When it last changed here (UTC).
    """

    id: UUID
    name: str
    plan_id: None | UUID
    selector: None | SelectorBody
    sample: RestoreTestSampleBody
    schedule: None | RestoreTestScheduleBody
    max_in_flight: int
    point: RestoreTestPointBody
    target: RestoreTestTargetBody
    levels: list[RestoreTestLevel]
    script: None | RestoreTestScriptRead
    check_minutes: int
    keep_after_success_minutes: int
    keep_after_failure_minutes: int
    hash_: str
    is_approved: bool
    approval: None | str
    next_due_at: datetime.datetime | None
    last_round_at: datetime.datetime | None
    missed: None | RestoreTestMissedRead
    created_at: datetime.datetime
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.restore_test_missed_read import RestoreTestMissedRead  # noqa: PLC0415
        from ..models.restore_test_schedule_body import RestoreTestScheduleBody  # noqa: PLC0415
        from ..models.restore_test_script_read import RestoreTestScriptRead  # noqa: PLC0415
        from ..models.selector_body import SelectorBody  # noqa: PLC0415

        id = str(self.id)

        name = self.name

        plan_id: None | str
        if isinstance(self.plan_id, UUID):
            plan_id = str(self.plan_id)
        else:
            plan_id = self.plan_id

        selector: dict[str, Any] | None
        if isinstance(self.selector, SelectorBody):
            selector = self.selector.to_dict()
        else:
            selector = self.selector

        sample = self.sample.to_dict()

        schedule: dict[str, Any] | None
        if isinstance(self.schedule, RestoreTestScheduleBody):
            schedule = self.schedule.to_dict()
        else:
            schedule = self.schedule

        max_in_flight = self.max_in_flight

        point = self.point.to_dict()

        target = self.target.to_dict()

        levels = []
        for levels_item_data in self.levels:
            levels_item: str = levels_item_data
            levels.append(levels_item)

        script: dict[str, Any] | None
        if isinstance(self.script, RestoreTestScriptRead):
            script = self.script.to_dict()
        else:
            script = self.script

        check_minutes = self.check_minutes

        keep_after_success_minutes = self.keep_after_success_minutes

        keep_after_failure_minutes = self.keep_after_failure_minutes

        hash_ = self.hash_

        is_approved = self.is_approved

        approval: None | str
        approval = self.approval

        next_due_at: None | str
        if isinstance(self.next_due_at, datetime.datetime):
            next_due_at = self.next_due_at.isoformat()
        else:
            next_due_at = self.next_due_at

        last_round_at: None | str
        if isinstance(self.last_round_at, datetime.datetime):
            last_round_at = self.last_round_at.isoformat()
        else:
            last_round_at = self.last_round_at

        missed: dict[str, Any] | None
        if isinstance(self.missed, RestoreTestMissedRead):
            missed = self.missed.to_dict()
        else:
            missed = self.missed

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "plan_id": plan_id,
                "selector": selector,
                "sample": sample,
                "schedule": schedule,
                "max_in_flight": max_in_flight,
                "point": point,
                "target": target,
                "levels": levels,
                "script": script,
                "check_minutes": check_minutes,
                "keep_after_success_minutes": keep_after_success_minutes,
                "keep_after_failure_minutes": keep_after_failure_minutes,
                "hash": hash_,
                "is_approved": is_approved,
                "approval": approval,
                "next_due_at": next_due_at,
                "last_round_at": last_round_at,
                "missed": missed,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.restore_test_missed_read import RestoreTestMissedRead  # noqa: PLC0415
        from ..models.restore_test_point_body import RestoreTestPointBody  # noqa: PLC0415
        from ..models.restore_test_sample_body import RestoreTestSampleBody  # noqa: PLC0415
        from ..models.restore_test_schedule_body import RestoreTestScheduleBody  # noqa: PLC0415
        from ..models.restore_test_script_read import RestoreTestScriptRead  # noqa: PLC0415
        from ..models.restore_test_target_body import RestoreTestTargetBody  # noqa: PLC0415
        from ..models.selector_body import SelectorBody  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        name = d.pop("name")

        def _parse_plan_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                plan_id_type_0 = UUID(data)

                return plan_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        plan_id = _parse_plan_id(d.pop("plan_id"))

        def _parse_selector(data: object) -> None | SelectorBody:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                selector_type_0 = SelectorBody.from_dict(data)

                return selector_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SelectorBody, data)

        selector = _parse_selector(d.pop("selector"))

        sample = RestoreTestSampleBody.from_dict(d.pop("sample"))

        def _parse_schedule(data: object) -> None | RestoreTestScheduleBody:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                schedule_type_0 = RestoreTestScheduleBody.from_dict(data)

                return schedule_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestoreTestScheduleBody, data)

        schedule = _parse_schedule(d.pop("schedule"))

        max_in_flight = d.pop("max_in_flight")

        point = RestoreTestPointBody.from_dict(d.pop("point"))

        target = RestoreTestTargetBody.from_dict(d.pop("target"))

        levels = []
        _levels = d.pop("levels")
        for levels_item_data in _levels:
            levels_item = check_restore_test_level(levels_item_data)

            levels.append(levels_item)

        def _parse_script(data: object) -> None | RestoreTestScriptRead:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                script_type_0 = RestoreTestScriptRead.from_dict(data)

                return script_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestoreTestScriptRead, data)

        script = _parse_script(d.pop("script"))

        check_minutes = d.pop("check_minutes")

        keep_after_success_minutes = d.pop("keep_after_success_minutes")

        keep_after_failure_minutes = d.pop("keep_after_failure_minutes")

        hash_ = d.pop("hash")

        is_approved = d.pop("is_approved")

        def _parse_approval(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        approval = _parse_approval(d.pop("approval"))

        def _parse_next_due_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_due_at_type_0 = datetime.datetime.fromisoformat(data)

                return next_due_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        next_due_at = _parse_next_due_at(d.pop("next_due_at"))

        def _parse_last_round_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_round_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_round_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_round_at = _parse_last_round_at(d.pop("last_round_at"))

        def _parse_missed(data: object) -> None | RestoreTestMissedRead:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                missed_type_0 = RestoreTestMissedRead.from_dict(data)

                return missed_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestoreTestMissedRead, data)

        missed = _parse_missed(d.pop("missed"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        restore_test_read = cls(
            id=id,
            name=name,
            plan_id=plan_id,
            selector=selector,
            sample=sample,
            schedule=schedule,
            max_in_flight=max_in_flight,
            point=point,
            target=target,
            levels=levels,
            script=script,
            check_minutes=check_minutes,
            keep_after_success_minutes=keep_after_success_minutes,
            keep_after_failure_minutes=keep_after_failure_minutes,
            hash_=hash_,
            is_approved=is_approved,
            approval=approval,
            next_due_at=next_due_at,
            last_round_at=last_round_at,
            missed=missed,
            created_at=created_at,
            updated_at=updated_at,
        )

        restore_test_read.additional_properties = d
        return restore_test_read
