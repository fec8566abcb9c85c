from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.bulk_target_read_outcome import BulkTargetReadOutcome, check_bulk_target_read_outcome

if TYPE_CHECKING:
    from ..models.bulk_target_name import BulkTargetName
    from ..models.job_error_read import JobErrorRead


T = TypeVar("T", bound="BulkTargetRead")


@_dataclass
class BulkTargetRead:
    """One target of a bulk request.

    Attributes:
        target (BulkTargetName): What a target is.
        outcome (BulkTargetReadOutcome): pending: its job was not made yet. failed: its job failed, or was cancelled.
            refused: it was answered what the single request would be. skipped: it was as asked already, its tags are not
            known to be as they were, or the bulk request was stopped.
        job (None | str): Path of its own job: /v1/jobs/{id}; null: none was made.
        problem (JobErrorRead | None): Why it did not succeed.
    """

    target: BulkTargetName
    outcome: BulkTargetReadOutcome
    job: None | str
    problem: JobErrorRead | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.job_error_read import JobErrorRead  # noqa: PLC0415

        target = self.target.to_dict()

        outcome: str = self.outcome

        job: None | str
        job = self.job

        problem: dict[str, Any] | None
        if isinstance(self.problem, JobErrorRead):
            problem = self.problem.to_dict()
        else:
            problem = self.problem

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "target": target,
                "outcome": outcome,
                "job": job,
                "problem": problem,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.bulk_target_name import BulkTargetName  # noqa: PLC0415
        from ..models.job_error_read import JobErrorRead  # noqa: PLC0415

        d = dict(src_dict)
        target = BulkTargetName.from_dict(d.pop("target"))

        outcome = check_bulk_target_read_outcome(d.pop("outcome"))

        def _parse_job(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        job = _parse_job(d.pop("job"))

        def _parse_problem(data: object) -> JobErrorRead | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                problem_type_0 = JobErrorRead.from_dict(data)

                return problem_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JobErrorRead | None, data)

        problem = _parse_problem(d.pop("problem"))

        bulk_target_read = cls(
            target=target,
            outcome=outcome,
            job=job,
            problem=problem,
        )

        bulk_target_read.additional_properties = d
        return bulk_target_read
