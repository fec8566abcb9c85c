from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.bulk_dry_run_target_outcome import BulkDryRunTargetOutcome, check_bulk_dry_run_target_outcome

if TYPE_CHECKING:
    from ..models.bulk_target_name import BulkTargetName
    from ..models.job_error_read import JobErrorRead


T = TypeVar("T", bound="BulkDryRunTarget")


@_dataclass
class BulkDryRunTarget:
    """What one target would do.

    Attributes:
        target (BulkTargetName): What a target is.
        outcome (BulkDryRunTargetOutcome): pending: its job would be made.
        problem (JobErrorRead | None): Why it would be refused or skipped; null: it would not.
        operations (list[str]): What of it a tenant may want a second person for.
    """

    target: BulkTargetName
    outcome: BulkDryRunTargetOutcome
    problem: JobErrorRead | None
    operations: list[str]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.job_error_read import JobErrorRead  # noqa: PLC0415

        target = self.target.to_dict()

        outcome: str = self.outcome

        problem: dict[str, Any] | None
        if isinstance(self.problem, JobErrorRead):
            problem = self.problem.to_dict()
        else:
            problem = self.problem

        operations = self.operations

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "target": target,
                "outcome": outcome,
                "problem": problem,
                "operations": operations,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.bulk_target_name import BulkTargetName  # noqa: PLC0415
        from ..models.job_error_read import JobErrorRead  # noqa: PLC0415

        d = dict(src_dict)
        target = BulkTargetName.from_dict(d.pop("target"))

        outcome = check_bulk_dry_run_target_outcome(d.pop("outcome"))

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

        operations = cast(list[str], d.pop("operations"))

        bulk_dry_run_target = cls(
            target=target,
            outcome=outcome,
            problem=problem,
            operations=operations,
        )

        bulk_dry_run_target.additional_properties = d
        return bulk_dry_run_target
