from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="JobTaskRead")


@_dataclass
class JobTaskRead:
    """A step of Azure's job, as Azure names it.

    Attributes:
        name (str): Azure's name of the step.
        state (str): Azure's word for its state, such as Completed.
    """

    name: str
    state: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        state = self.state

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "state": state,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        state = d.pop("state")

        job_task_read = cls(
            name=name,
            state=state,
        )

        job_task_read.additional_properties = d
        return job_task_read
