from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.backup_miss_event_data_source_type_0 import (
    BackupMissEventDataSourceType0,
    check_backup_miss_event_data_source_type_0,
)

if TYPE_CHECKING:
    from ..models.vm_read import VmRead


T = TypeVar("T", bound="BackupMissEventData")


@_dataclass
class BackupMissEventData:
    """A recovery point that did not come in time, or the end of that (docs/consistency.md).

    Attributes:
        protected_item_id (UUID): Id of the protected item: /v1/protected-items/{id}.
        vm (VmRead): A virtual machine.
        at (datetime.datetime): When it happened: a miss at the end of the grace, a recovery at the time of the point.
        due_at (datetime.datetime): The run that was missed.
        grace_seconds (int): How late a backup may be before it counts as missed, in seconds.
        objective_seconds (int | None): How old the newest point may be, in seconds; null: the schedule decides.
        source (BackupMissEventDataSourceType0 | None): Where the objective comes from.
        point_at (datetime.datetime | None): Of a miss, the newest point before it; of a recovery, the point that ended
            it.
    """

    protected_item_id: UUID
    vm: VmRead
    at: datetime.datetime
    due_at: datetime.datetime
    grace_seconds: int
    objective_seconds: int | None
    source: BackupMissEventDataSourceType0 | None
    point_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        protected_item_id = str(self.protected_item_id)

        vm = self.vm.to_dict()

        at = self.at.isoformat()

        due_at = self.due_at.isoformat()

        grace_seconds = self.grace_seconds

        objective_seconds: int | None
        objective_seconds = self.objective_seconds

        source: None | str
        if isinstance(self.source, str):
            source = self.source
        else:
            source = self.source

        point_at: None | str
        if isinstance(self.point_at, datetime.datetime):
            point_at = self.point_at.isoformat()
        else:
            point_at = self.point_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "protected_item_id": protected_item_id,
                "vm": vm,
                "at": at,
                "due_at": due_at,
                "grace_seconds": grace_seconds,
                "objective_seconds": objective_seconds,
                "source": source,
                "point_at": point_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.vm_read import VmRead  # noqa: PLC0415

        d = dict(src_dict)
        protected_item_id = UUID(d.pop("protected_item_id"))

        vm = VmRead.from_dict(d.pop("vm"))

        at = datetime.datetime.fromisoformat(d.pop("at"))

        due_at = datetime.datetime.fromisoformat(d.pop("due_at"))

        grace_seconds = d.pop("grace_seconds")

        def _parse_objective_seconds(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        objective_seconds = _parse_objective_seconds(d.pop("objective_seconds"))

        def _parse_source(data: object) -> BackupMissEventDataSourceType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                source_type_0 = check_backup_miss_event_data_source_type_0(data)

                return source_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BackupMissEventDataSourceType0 | None, data)

        source = _parse_source(d.pop("source"))

        def _parse_point_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                point_at_type_0 = datetime.datetime.fromisoformat(data)

                return point_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        point_at = _parse_point_at(d.pop("point_at"))

        backup_miss_event_data = cls(
            protected_item_id=protected_item_id,
            vm=vm,
            at=at,
            due_at=due_at,
            grace_seconds=grace_seconds,
            objective_seconds=objective_seconds,
            source=source,
            point_at=point_at,
        )

        backup_miss_event_data.additional_properties = d
        return backup_miss_event_data
