from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.restore_test_level import RestoreTestLevel, check_restore_test_level
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.restore_test_point_body import RestoreTestPointBody
    from ..models.restore_test_sample_body import RestoreTestSampleBody
    from ..models.restore_test_schedule_body import RestoreTestScheduleBody
    from ..models.restore_test_script_body import RestoreTestScriptBody
    from ..models.restore_test_target_body import RestoreTestTargetBody
    from ..models.selector_body import SelectorBody


T = TypeVar("T", bound="RestoreTestCreate")


@_dataclass
class RestoreTestCreate:
    """A restore test. Nothing is restored yet.

    Attributes:
        name (str): Its name: unique in the tenant, letter case ignored.
        plan_id (None | Unset | UUID): A recovery plan that is rehearsed: its waves, points and isolated target. Instead
            of `selector`, `sample`, `max_in_flight`, `point` and `target`.
        selector (None | SelectorBody | Unset): Which VMs, by what is known of them; null: those of the plan.
        sample (RestoreTestSampleBody | Unset): Which of the selected items a round takes.
        schedule (None | RestoreTestScheduleBody | Unset): Null: only by POST /v1/restore-tests/{id}/runs.
        max_in_flight (int | Unset): How many VMs are restored at a time. Default: 2.
        point (RestoreTestPointBody | Unset): Which recovery point is restored: the newest that is as asked.
        target (None | RestoreTestTargetBody | Unset): Needed with a selector.
        levels (list[RestoreTestLevel] | Unset): What is verified, in the order of the levels.
        script (None | RestoreTestScriptBody | Unset): What is run in each restored VM for the level `answers`; null: no
            script.
        check_minutes (int | Unset): How long `your_check` waits for a verdict. Default: 60.
        keep_after_success_minutes (int | Unset): How many minutes a restored VM is kept after it passed, before it is
            deleted. Default: 0.
        keep_after_failure_minutes (int | Unset): How many minutes it is kept after it failed, so that you can look at
            it. Default: 0.
    """

    name: str
    plan_id: None | Unset | UUID = UNSET
    selector: None | SelectorBody | Unset = UNSET
    sample: RestoreTestSampleBody | Unset = UNSET
    schedule: None | RestoreTestScheduleBody | Unset = UNSET
    max_in_flight: int | Unset = 2
    point: RestoreTestPointBody | Unset = UNSET
    target: None | RestoreTestTargetBody | Unset = UNSET
    levels: list[RestoreTestLevel] | Unset = UNSET
    script: None | RestoreTestScriptBody | Unset = UNSET
    check_minutes: int | Unset = 60
    keep_after_success_minutes: int | Unset = 0
    keep_after_failure_minutes: int | Unset = 0

    def to_dict(self) -> dict[str, Any]:
        from ..models.restore_test_schedule_body import RestoreTestScheduleBody  # noqa: PLC0415
        from ..models.restore_test_script_body import RestoreTestScriptBody  # noqa: PLC0415
        from ..models.restore_test_target_body import RestoreTestTargetBody  # noqa: PLC0415
        from ..models.selector_body import SelectorBody  # noqa: PLC0415

        name = self.name

        plan_id: None | str | Unset
        if isinstance(self.plan_id, Unset):
            plan_id = UNSET
        elif isinstance(self.plan_id, UUID):
            plan_id = str(self.plan_id)
        else:
            plan_id = self.plan_id

        selector: dict[str, Any] | None | Unset
        if isinstance(self.selector, Unset):
            selector = UNSET
        elif isinstance(self.selector, SelectorBody):
            selector = self.selector.to_dict()
        else:
            selector = self.selector

        sample: dict[str, Any] | Unset = UNSET
        if not isinstance(self.sample, Unset):
            sample = self.sample.to_dict()

        schedule: dict[str, Any] | None | Unset
        if isinstance(self.schedule, Unset):
            schedule = UNSET
        elif isinstance(self.schedule, RestoreTestScheduleBody):
            schedule = self.schedule.to_dict()
        else:
            schedule = self.schedule

        max_in_flight = self.max_in_flight

        point: dict[str, Any] | Unset = UNSET
        if not isinstance(self.point, Unset):
            point = self.point.to_dict()

        target: dict[str, Any] | None | Unset
        if isinstance(self.target, Unset):
            target = UNSET
        elif isinstance(self.target, RestoreTestTargetBody):
            target = self.target.to_dict()
        else:
            target = self.target

        levels: list[str] | Unset = UNSET
        if not isinstance(self.levels, Unset):
            levels = []
            for levels_item_data in self.levels:
                levels_item: str = levels_item_data
                levels.append(levels_item)

        script: dict[str, Any] | None | Unset
        if isinstance(self.script, Unset):
            script = UNSET
        elif isinstance(self.script, RestoreTestScriptBody):
            script = self.script.to_dict()
        else:
            script = self.script

        check_minutes = self.check_minutes

        keep_after_success_minutes = self.keep_after_success_minutes

        keep_after_failure_minutes = self.keep_after_failure_minutes

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
            }
        )
        if plan_id is not UNSET:
            field_dict["plan_id"] = plan_id
        if selector is not UNSET:
            field_dict["selector"] = selector
        if sample is not UNSET:
            field_dict["sample"] = sample
        if schedule is not UNSET:
            field_dict["schedule"] = schedule
        if max_in_flight is not UNSET:
            field_dict["max_in_flight"] = max_in_flight
        if point is not UNSET:
            field_dict["point"] = point
        if target is not UNSET:
            field_dict["target"] = target
        if levels is not UNSET:
            field_dict["levels"] = levels
        if script is not UNSET:
            field_dict["script"] = script
        if check_minutes is not UNSET:
            field_dict["check_minutes"] = check_minutes
        if keep_after_success_minutes is not UNSET:
            field_dict["keep_after_success_minutes"] = keep_after_success_minutes
        if keep_after_failure_minutes is not UNSET:
            field_dict["keep_after_failure_minutes"] = keep_after_failure_minutes

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.restore_test_point_body import RestoreTestPointBody  # noqa: PLC0415
        from ..models.restore_test_sample_body import RestoreTestSampleBody  # noqa: PLC0415
        from ..models.restore_test_schedule_body import RestoreTestScheduleBody  # noqa: PLC0415
        from ..models.restore_test_script_body import RestoreTestScriptBody  # noqa: PLC0415
        from ..models.restore_test_target_body import RestoreTestTargetBody  # noqa: PLC0415
        from ..models.selector_body import SelectorBody  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        def _parse_plan_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                plan_id_type_0 = UUID(data)

                return plan_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        plan_id = _parse_plan_id(d.pop("plan_id", UNSET))

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

        _sample = d.pop("sample", UNSET)
        sample: RestoreTestSampleBody | Unset
        if isinstance(_sample, Unset):
            sample = UNSET
        else:
            sample = RestoreTestSampleBody.from_dict(_sample)

        def _parse_schedule(data: object) -> None | RestoreTestScheduleBody | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                schedule_type_0 = RestoreTestScheduleBody.from_dict(data)

                return schedule_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestoreTestScheduleBody | Unset, data)

        schedule = _parse_schedule(d.pop("schedule", UNSET))

        max_in_flight = d.pop("max_in_flight", UNSET)

        _point = d.pop("point", UNSET)
        point: RestoreTestPointBody | Unset
        if isinstance(_point, Unset):
            point = UNSET
        else:
            point = RestoreTestPointBody.from_dict(_point)

        def _parse_target(data: object) -> None | RestoreTestTargetBody | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                target_type_0 = RestoreTestTargetBody.from_dict(data)

                return target_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestoreTestTargetBody | Unset, data)

        target = _parse_target(d.pop("target", UNSET))

        _levels = d.pop("levels", UNSET)
        levels: list[RestoreTestLevel] | Unset = UNSET
        if _levels is not UNSET:
            levels = []
            for levels_item_data in _levels:
                levels_item = check_restore_test_level(levels_item_data)

                levels.append(levels_item)

        def _parse_script(data: object) -> None | RestoreTestScriptBody | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                script_type_0 = RestoreTestScriptBody.from_dict(data)

                return script_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestoreTestScriptBody | Unset, data)

        script = _parse_script(d.pop("script", UNSET))

        check_minutes = d.pop("check_minutes", UNSET)

        keep_after_success_minutes = d.pop("keep_after_success_minutes", UNSET)

        keep_after_failure_minutes = d.pop("keep_after_failure_minutes", UNSET)

        restore_test_create = cls(
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
        )

        return restore_test_create
