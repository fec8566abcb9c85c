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


T = TypeVar("T", bound="RestoreTestUpdate")


@_dataclass
class RestoreTestUpdate:
    """What to change; what is left out stays. A part that is given replaces the whole part.

    Attributes:
        name (None | str | Unset): Its name: unique in the tenant, letter case ignored.
        plan_id (None | Unset | UUID): The recovery plan that is rehearsed; null: VMs are selected instead.
        selector (None | SelectorBody | Unset): Which VMs, by what is known of them; null: those of the plan.
        sample (None | RestoreTestSampleBody | Unset): Which of the selected VMs a round takes.
        schedule (None | RestoreTestScheduleBody | Unset): Null takes the schedule away.
        max_in_flight (int | None | Unset): How many VMs are restored at a time.
        point (None | RestoreTestPointBody | Unset): Which recovery point is restored.
        target (None | RestoreTestTargetBody | Unset): Where the VMs are restored to.
        levels (list[RestoreTestLevel] | None | Unset): What is verified, in the order of the levels.
        script (None | RestoreTestScriptBody | Unset): Null takes the script away.
        check_minutes (int | None | Unset): How many minutes the level `your_check` waits for a verdict.
        keep_after_success_minutes (int | None | Unset): How many minutes a restored VM is kept after it passed, before
            it is deleted.
        keep_after_failure_minutes (int | None | Unset): How many minutes it is kept after it failed, so that you can
            look at it.
    """

    name: None | str | Unset = UNSET
    plan_id: None | Unset | UUID = UNSET
    selector: None | SelectorBody | Unset = UNSET
    sample: None | RestoreTestSampleBody | Unset = UNSET
    schedule: None | RestoreTestScheduleBody | Unset = UNSET
    max_in_flight: int | None | Unset = UNSET
    point: None | RestoreTestPointBody | Unset = UNSET
    target: None | RestoreTestTargetBody | Unset = UNSET
    levels: list[RestoreTestLevel] | None | Unset = UNSET
    script: None | RestoreTestScriptBody | Unset = UNSET
    check_minutes: int | None | Unset = UNSET
    keep_after_success_minutes: int | None | Unset = UNSET
    keep_after_failure_minutes: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.restore_test_point_body import RestoreTestPointBody  # noqa: PLC0415
        from ..models.restore_test_sample_body import RestoreTestSampleBody  # noqa: PLC0415
        from ..models.restore_test_schedule_body import RestoreTestScheduleBody  # noqa: PLC0415
        from ..models.restore_test_script_body import RestoreTestScriptBody  # noqa: PLC0415
        from ..models.restore_test_target_body import RestoreTestTargetBody  # noqa: PLC0415
        from ..models.selector_body import SelectorBody  # noqa: PLC0415

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
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

        sample: dict[str, Any] | None | Unset
        if isinstance(self.sample, Unset):
            sample = UNSET
        elif isinstance(self.sample, RestoreTestSampleBody):
            sample = self.sample.to_dict()
        else:
            sample = self.sample

        schedule: dict[str, Any] | None | Unset
        if isinstance(self.schedule, Unset):
            schedule = UNSET
        elif isinstance(self.schedule, RestoreTestScheduleBody):
            schedule = self.schedule.to_dict()
        else:
            schedule = self.schedule

        max_in_flight: int | None | Unset
        if isinstance(self.max_in_flight, Unset):
            max_in_flight = UNSET
        else:
            max_in_flight = self.max_in_flight

        point: dict[str, Any] | None | Unset
        if isinstance(self.point, Unset):
            point = UNSET
        elif isinstance(self.point, RestoreTestPointBody):
            point = self.point.to_dict()
        else:
            point = self.point

        target: dict[str, Any] | None | Unset
        if isinstance(self.target, Unset):
            target = UNSET
        elif isinstance(self.target, RestoreTestTargetBody):
            target = self.target.to_dict()
        else:
            target = self.target

        levels: list[str] | None | Unset
        if isinstance(self.levels, Unset):
            levels = UNSET
        elif isinstance(self.levels, list):
            levels = []
            for levels_type_0_item_data in self.levels:
                levels_type_0_item: str = levels_type_0_item_data
                levels.append(levels_type_0_item)

        else:
            levels = self.levels

        script: dict[str, Any] | None | Unset
        if isinstance(self.script, Unset):
            script = UNSET
        elif isinstance(self.script, RestoreTestScriptBody):
            script = self.script.to_dict()
        else:
            script = self.script

        check_minutes: int | None | Unset
        if isinstance(self.check_minutes, Unset):
            check_minutes = UNSET
        else:
            check_minutes = self.check_minutes

        keep_after_success_minutes: int | None | Unset
        if isinstance(self.keep_after_success_minutes, Unset):
            keep_after_success_minutes = UNSET
        else:
            keep_after_success_minutes = self.keep_after_success_minutes

        keep_after_failure_minutes: int | None | Unset
        if isinstance(self.keep_after_failure_minutes, Unset):
            keep_after_failure_minutes = UNSET
        else:
            keep_after_failure_minutes = self.keep_after_failure_minutes

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if name is not UNSET:
            field_dict["name"] = name
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

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

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

        def _parse_sample(data: object) -> None | RestoreTestSampleBody | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                sample_type_0 = RestoreTestSampleBody.from_dict(data)

                return sample_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestoreTestSampleBody | Unset, data)

        sample = _parse_sample(d.pop("sample", UNSET))

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

        def _parse_max_in_flight(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_in_flight = _parse_max_in_flight(d.pop("max_in_flight", UNSET))

        def _parse_point(data: object) -> None | RestoreTestPointBody | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                point_type_0 = RestoreTestPointBody.from_dict(data)

                return point_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestoreTestPointBody | Unset, data)

        point = _parse_point(d.pop("point", UNSET))

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

        def _parse_levels(data: object) -> list[RestoreTestLevel] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                levels_type_0 = []
                _levels_type_0 = data
                for levels_type_0_item_data in _levels_type_0:
                    levels_type_0_item = check_restore_test_level(levels_type_0_item_data)

                    levels_type_0.append(levels_type_0_item)

                return levels_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[RestoreTestLevel] | None | Unset, data)

        levels = _parse_levels(d.pop("levels", UNSET))

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

        def _parse_check_minutes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        check_minutes = _parse_check_minutes(d.pop("check_minutes", UNSET))

        def _parse_keep_after_success_minutes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        keep_after_success_minutes = _parse_keep_after_success_minutes(d.pop("keep_after_success_minutes", UNSET))

        def _parse_keep_after_failure_minutes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        keep_after_failure_minutes = _parse_keep_after_failure_minutes(d.pop("keep_after_failure_minutes", UNSET))

        restore_test_update = cls(
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

        return restore_test_update
