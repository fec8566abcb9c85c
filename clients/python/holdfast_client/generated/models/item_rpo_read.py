from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..models.item_rpo_read_source_type_0 import ItemRpoReadSourceType0, check_item_rpo_read_source_type_0
from ..models.item_rpo_read_state import ItemRpoReadState, check_item_rpo_read_state

T = TypeVar("T", bound="ItemRpoRead")


@_dataclass
class ItemRpoRead:
    """Whether the item has the recovery points that are expected of it (docs/consistency.md).

    Attributes:
        state (ItemRpoReadState): met: every expected run up to now left a point. due: one has not yet, and its grace
            has not ended. missed: the grace has ended. unknown: no backups are expected (protection is paused, suspended or
            deleted, or is only being set up), the policy cannot be counted, or the vault was not read since.
        objective_seconds (int | None): The longest planned time between two points: of the policy's schedule, or as the
            tenant set it.
        source (ItemRpoReadSourceType0 | None): Where the objective comes from.
        last_usable_point_at (datetime.datetime | None): The newest recovery point that is known.
        due_at (datetime.datetime | None): The first expected run that no point covers, past or future.
        grace_seconds (int | None): How long after `due_at` a point may come before it counts as missed: by default half
            of the shortest time between runs, at least 3 and at most 12 hours.
        missed_since (datetime.datetime | None): The end of the grace, while the state is `missed`.
    """

    state: ItemRpoReadState
    objective_seconds: int | None
    source: ItemRpoReadSourceType0 | None
    last_usable_point_at: datetime.datetime | None
    due_at: datetime.datetime | None
    grace_seconds: int | None
    missed_since: datetime.datetime | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        state: str = self.state

        objective_seconds: int | None
        objective_seconds = self.objective_seconds

        source: None | str
        if isinstance(self.source, str):
            source = self.source
        else:
            source = self.source

        last_usable_point_at: None | str
        if isinstance(self.last_usable_point_at, datetime.datetime):
            last_usable_point_at = self.last_usable_point_at.isoformat()
        else:
            last_usable_point_at = self.last_usable_point_at

        due_at: None | str
        if isinstance(self.due_at, datetime.datetime):
            due_at = self.due_at.isoformat()
        else:
            due_at = self.due_at

        grace_seconds: int | None
        grace_seconds = self.grace_seconds

        missed_since: None | str
        if isinstance(self.missed_since, datetime.datetime):
            missed_since = self.missed_since.isoformat()
        else:
            missed_since = self.missed_since

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "state": state,
                "objective_seconds": objective_seconds,
                "source": source,
                "last_usable_point_at": last_usable_point_at,
                "due_at": due_at,
                "grace_seconds": grace_seconds,
                "missed_since": missed_since,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        state = check_item_rpo_read_state(d.pop("state"))

        def _parse_objective_seconds(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        objective_seconds = _parse_objective_seconds(d.pop("objective_seconds"))

        def _parse_source(data: object) -> ItemRpoReadSourceType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                source_type_0 = check_item_rpo_read_source_type_0(data)

                return source_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ItemRpoReadSourceType0 | None, data)

        source = _parse_source(d.pop("source"))

        def _parse_last_usable_point_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_usable_point_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_usable_point_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_usable_point_at = _parse_last_usable_point_at(d.pop("last_usable_point_at"))

        def _parse_due_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                due_at_type_0 = datetime.datetime.fromisoformat(data)

                return due_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        due_at = _parse_due_at(d.pop("due_at"))

        def _parse_grace_seconds(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        grace_seconds = _parse_grace_seconds(d.pop("grace_seconds"))

        def _parse_missed_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                missed_since_type_0 = datetime.datetime.fromisoformat(data)

                return missed_since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        missed_since = _parse_missed_since(d.pop("missed_since"))

        item_rpo_read = cls(
            state=state,
            objective_seconds=objective_seconds,
            source=source,
            last_usable_point_at=last_usable_point_at,
            due_at=due_at,
            grace_seconds=grace_seconds,
            missed_since=missed_since,
        )

        item_rpo_read.additional_properties = d
        return item_rpo_read
