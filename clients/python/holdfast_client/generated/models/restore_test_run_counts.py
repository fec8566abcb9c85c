from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="RestoreTestRunCounts")


@_dataclass
class RestoreTestRunCounts:
    """Runs of the VM in the quarter, by outcome.

    Attributes:
        proven (int): Every level was passed.
        failed (int): A level was not passed.
        not_proven (int): It could not be tested.
        timed_out (int): It did not end in time.
    """

    proven: int
    failed: int
    not_proven: int
    timed_out: int
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        proven = self.proven

        failed = self.failed

        not_proven = self.not_proven

        timed_out = self.timed_out

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "proven": proven,
                "failed": failed,
                "not_proven": not_proven,
                "timed_out": timed_out,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        proven = d.pop("proven")

        failed = d.pop("failed")

        not_proven = d.pop("not_proven")

        timed_out = d.pop("timed_out")

        restore_test_run_counts = cls(
            proven=proven,
            failed=failed,
            not_proven=not_proven,
            timed_out=timed_out,
        )

        restore_test_run_counts.additional_properties = d
        return restore_test_run_counts
