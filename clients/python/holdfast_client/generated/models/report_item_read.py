from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.report_item_read_outcome_type_0 import ReportItemReadOutcomeType0, check_report_item_read_outcome_type_0
from ..models.report_item_read_reason_type_0 import ReportItemReadReasonType0, check_report_item_read_reason_type_0
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.report_consistency_read import ReportConsistencyRead
    from ..models.report_run_read import ReportRunRead
    from ..models.report_vm_read import ReportVmRead


T = TypeVar("T", bound="ReportItemRead")


@_dataclass
class ReportItemRead:
    """The day of an item: of several runs, the one that is worst off.

    Attributes:
        protected_item_id (UUID): Id of the protected item: /v1/protected-items/{id}.
        vm (ReportVmRead): The VM of an item.
        vault_id (UUID): Id of the vault: /v1/vaults/{id}.
        policy_id (None | UUID): The policy it followed at the end of the day; null: none.
        due_at (datetime.datetime | None): null: nothing was due, or the backup belongs to no run.
        outcome (None | ReportItemReadOutcomeType0): null: not known; `reason` says why.
        job (None | str): The job of that run: /v1/jobs/{id}; null: none.
        cause (None | str): The title of the failure, or of the first warning.
        oldest_point_at (datetime.datetime | None): The oldest point that a backup known here made and that the policy
            keeps for every run; older points of chosen days may exist. null: not known.
        newest_point_at (datetime.datetime | None): As Azure said last; null: not known.
        other_runs (list[ReportRunRead]): The item's other runs of the day (hourly policies).
        gone_at (datetime.datetime | None | Unset): When Holdfast saw on this day that the item was gone; null: it was
            there at its end.
        reason (None | ReportItemReadReasonType0 | Unset): Why it is not known, or why nothing was due.
        late (bool | None | Unset): The backup began after the grace. null: no backup, or it belongs to no run.
        consistency (None | ReportConsistencyRead | Unset): Of which kind the newest point is; null: not known.
    """

    protected_item_id: UUID
    vm: ReportVmRead
    vault_id: UUID
    policy_id: None | UUID
    due_at: datetime.datetime | None
    outcome: None | ReportItemReadOutcomeType0
    job: None | str
    cause: None | str
    oldest_point_at: datetime.datetime | None
    newest_point_at: datetime.datetime | None
    other_runs: list[ReportRunRead]
    gone_at: datetime.datetime | None | Unset = UNSET
    reason: None | ReportItemReadReasonType0 | Unset = UNSET
    late: bool | None | Unset = UNSET
    consistency: None | ReportConsistencyRead | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.report_consistency_read import ReportConsistencyRead  # noqa: PLC0415

        protected_item_id = str(self.protected_item_id)

        vm = self.vm.to_dict()

        vault_id = str(self.vault_id)

        policy_id: None | str
        if isinstance(self.policy_id, UUID):
            policy_id = str(self.policy_id)
        else:
            policy_id = self.policy_id

        due_at: None | str
        if isinstance(self.due_at, datetime.datetime):
            due_at = self.due_at.isoformat()
        else:
            due_at = self.due_at

        outcome: None | str
        if isinstance(self.outcome, str):
            outcome = self.outcome
        else:
            outcome = self.outcome

        job: None | str
        job = self.job

        cause: None | str
        cause = self.cause

        oldest_point_at: None | str
        if isinstance(self.oldest_point_at, datetime.datetime):
            oldest_point_at = self.oldest_point_at.isoformat()
        else:
            oldest_point_at = self.oldest_point_at

        newest_point_at: None | str
        if isinstance(self.newest_point_at, datetime.datetime):
            newest_point_at = self.newest_point_at.isoformat()
        else:
            newest_point_at = self.newest_point_at

        other_runs = []
        for other_runs_item_data in self.other_runs:
            other_runs_item = other_runs_item_data.to_dict()
            other_runs.append(other_runs_item)

        gone_at: None | str | Unset
        if isinstance(self.gone_at, Unset):
            gone_at = UNSET
        elif isinstance(self.gone_at, datetime.datetime):
            gone_at = self.gone_at.isoformat()
        else:
            gone_at = self.gone_at

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        elif isinstance(self.reason, str):
            reason = self.reason
        else:
            reason = self.reason

        late: bool | None | Unset
        if isinstance(self.late, Unset):
            late = UNSET
        else:
            late = self.late

        consistency: dict[str, Any] | None | Unset
        if isinstance(self.consistency, Unset):
            consistency = UNSET
        elif isinstance(self.consistency, ReportConsistencyRead):
            consistency = self.consistency.to_dict()
        else:
            consistency = self.consistency

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "protected_item_id": protected_item_id,
                "vm": vm,
                "vault_id": vault_id,
                "policy_id": policy_id,
                "due_at": due_at,
                "outcome": outcome,
                "job": job,
                "cause": cause,
                "oldest_point_at": oldest_point_at,
                "newest_point_at": newest_point_at,
                "other_runs": other_runs,
            }
        )
        if gone_at is not UNSET:
            field_dict["gone_at"] = gone_at
        if reason is not UNSET:
            field_dict["reason"] = reason
        if late is not UNSET:
            field_dict["late"] = late
        if consistency is not UNSET:
            field_dict["consistency"] = consistency

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.report_consistency_read import ReportConsistencyRead  # noqa: PLC0415
        from ..models.report_run_read import ReportRunRead  # noqa: PLC0415
        from ..models.report_vm_read import ReportVmRead  # noqa: PLC0415

        d = dict(src_dict)
        protected_item_id = UUID(d.pop("protected_item_id"))

        vm = ReportVmRead.from_dict(d.pop("vm"))

        vault_id = UUID(d.pop("vault_id"))

        def _parse_policy_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                policy_id_type_0 = UUID(data)

                return policy_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        policy_id = _parse_policy_id(d.pop("policy_id"))

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

        def _parse_outcome(data: object) -> None | ReportItemReadOutcomeType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                outcome_type_0 = check_report_item_read_outcome_type_0(data)

                return outcome_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ReportItemReadOutcomeType0, data)

        outcome = _parse_outcome(d.pop("outcome"))

        def _parse_job(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        job = _parse_job(d.pop("job"))

        def _parse_cause(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        cause = _parse_cause(d.pop("cause"))

        def _parse_oldest_point_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                oldest_point_at_type_0 = datetime.datetime.fromisoformat(data)

                return oldest_point_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        oldest_point_at = _parse_oldest_point_at(d.pop("oldest_point_at"))

        def _parse_newest_point_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                newest_point_at_type_0 = datetime.datetime.fromisoformat(data)

                return newest_point_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        newest_point_at = _parse_newest_point_at(d.pop("newest_point_at"))

        other_runs = []
        _other_runs = d.pop("other_runs")
        for other_runs_item_data in _other_runs:
            other_runs_item = ReportRunRead.from_dict(other_runs_item_data)

            other_runs.append(other_runs_item)

        def _parse_gone_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                gone_at_type_0 = datetime.datetime.fromisoformat(data)

                return gone_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        gone_at = _parse_gone_at(d.pop("gone_at", UNSET))

        def _parse_reason(data: object) -> None | ReportItemReadReasonType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reason_type_0 = check_report_item_read_reason_type_0(data)

                return reason_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ReportItemReadReasonType0 | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_late(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        late = _parse_late(d.pop("late", UNSET))

        def _parse_consistency(data: object) -> None | ReportConsistencyRead | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                consistency_type_0 = ReportConsistencyRead.from_dict(data)

                return consistency_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ReportConsistencyRead | Unset, data)

        consistency = _parse_consistency(d.pop("consistency", UNSET))

        report_item_read = cls(
            protected_item_id=protected_item_id,
            vm=vm,
            vault_id=vault_id,
            policy_id=policy_id,
            due_at=due_at,
            outcome=outcome,
            job=job,
            cause=cause,
            oldest_point_at=oldest_point_at,
            newest_point_at=newest_point_at,
            other_runs=other_runs,
            gone_at=gone_at,
            reason=reason,
            late=late,
            consistency=consistency,
        )

        report_item_read.additional_properties = d
        return report_item_read
