from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="JobPartCounts")


@_dataclass
class JobPartCounts:
    """How far the parts of a parent job are. `total` includes what has not begun; `open` too.

    Attributes:
        total (int): All parts, also those that have not begun.
        open_ (int): Parts that have not ended.
        succeeded (int): Parts that ended well, with warnings or without.
        failed (int): Parts that failed.
        cancelled (int): Cancelled, or nothing was sent: it was stopped, or as asked.
        needs_attention (int): Of the open ones: these wait for a person.
    """

    total: int
    open_: int
    succeeded: int
    failed: int
    cancelled: int
    needs_attention: int
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        total = self.total

        open_ = self.open_

        succeeded = self.succeeded

        failed = self.failed

        cancelled = self.cancelled

        needs_attention = self.needs_attention

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "total": total,
                "open": open_,
                "succeeded": succeeded,
                "failed": failed,
                "cancelled": cancelled,
                "needs_attention": needs_attention,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        total = d.pop("total")

        open_ = d.pop("open")

        succeeded = d.pop("succeeded")

        failed = d.pop("failed")

        cancelled = d.pop("cancelled")

        needs_attention = d.pop("needs_attention")

        job_part_counts = cls(
            total=total,
            open_=open_,
            succeeded=succeeded,
            failed=failed,
            cancelled=cancelled,
            needs_attention=needs_attention,
        )

        job_part_counts.additional_properties = d
        return job_part_counts
