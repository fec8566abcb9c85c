from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.quarter_item_outcome import QuarterItemOutcome, check_quarter_item_outcome
from ..models.restore_test_level import RestoreTestLevel, check_restore_test_level
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.evidence_reference import EvidenceReference
    from ..models.restore_test_run_counts import RestoreTestRunCounts
    from ..models.vm_read import VmRead


T = TypeVar("T", bound="QuarterItem")


@_dataclass
class QuarterItem:
    """A VM that was protected in the quarter.

    Attributes:
        protected_item_id (UUID): Id of the protected item: /v1/protected-items/{id}.
        vm (VmRead): A virtual machine.
        state (str): Of the item when the quarter ended; gone: it was not protected any more.
        outcome (QuarterItemOutcome): Of the last run that judged it (proven, failed, timed_out). not_proven: runs could
            not test it. not_tested: there was no run.
        runs (RestoreTestRunCounts): Runs of the VM in the quarter, by outcome.
        failed_level (None | RestoreTestLevel | Unset): The level that was not passed; null: none.
        azure_code (None | str | Unset): Azure's own error code; null: Azure sent none, or was not involved.
        reason (None | str | Unset): Why it was not proven; null: it was.
        remedy (None | str | Unset): What to do about it; null: nothing is known.
        run (None | str | Unset): The run that decides.
        ended_at (datetime.datetime | None | Unset): When the run that decides ended (UTC); null: there is none.
        proven_at (datetime.datetime | None | Unset): When a run last proved it in the quarter.
        proven_level (None | RestoreTestLevel | Unset): The last level of the test that proved it; null: it was not
            proven.
        recovery_point_time (datetime.datetime | None | Unset): When the recovery point was taken (UTC); null: none was
            chosen.
        rto_seconds (float | None | Unset): Of the run that last proved it.
        evidence (EvidenceReference | None | Unset): Null: no run, or its statement is not signed yet.
    """

    protected_item_id: UUID
    vm: VmRead
    state: str
    outcome: QuarterItemOutcome
    runs: RestoreTestRunCounts
    failed_level: None | RestoreTestLevel | Unset = UNSET
    azure_code: None | str | Unset = UNSET
    reason: None | str | Unset = UNSET
    remedy: None | str | Unset = UNSET
    run: None | str | Unset = UNSET
    ended_at: datetime.datetime | None | Unset = UNSET
    proven_at: datetime.datetime | None | Unset = UNSET
    proven_level: None | RestoreTestLevel | Unset = UNSET
    recovery_point_time: datetime.datetime | None | Unset = UNSET
    rto_seconds: float | None | Unset = UNSET
    evidence: EvidenceReference | None | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.evidence_reference import EvidenceReference  # noqa: PLC0415

        protected_item_id = str(self.protected_item_id)

        vm = self.vm.to_dict()

        state = self.state

        outcome: str = self.outcome

        runs = self.runs.to_dict()

        failed_level: None | str | Unset
        if isinstance(self.failed_level, Unset):
            failed_level = UNSET
        elif isinstance(self.failed_level, str):
            failed_level = self.failed_level
        else:
            failed_level = self.failed_level

        azure_code: None | str | Unset
        if isinstance(self.azure_code, Unset):
            azure_code = UNSET
        else:
            azure_code = self.azure_code

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        remedy: None | str | Unset
        if isinstance(self.remedy, Unset):
            remedy = UNSET
        else:
            remedy = self.remedy

        run: None | str | Unset
        if isinstance(self.run, Unset):
            run = UNSET
        else:
            run = self.run

        ended_at: None | str | Unset
        if isinstance(self.ended_at, Unset):
            ended_at = UNSET
        elif isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at

        proven_at: None | str | Unset
        if isinstance(self.proven_at, Unset):
            proven_at = UNSET
        elif isinstance(self.proven_at, datetime.datetime):
            proven_at = self.proven_at.isoformat()
        else:
            proven_at = self.proven_at

        proven_level: None | str | Unset
        if isinstance(self.proven_level, Unset):
            proven_level = UNSET
        elif isinstance(self.proven_level, str):
            proven_level = self.proven_level
        else:
            proven_level = self.proven_level

        recovery_point_time: None | str | Unset
        if isinstance(self.recovery_point_time, Unset):
            recovery_point_time = UNSET
        elif isinstance(self.recovery_point_time, datetime.datetime):
            recovery_point_time = self.recovery_point_time.isoformat()
        else:
            recovery_point_time = self.recovery_point_time

        rto_seconds: float | None | Unset
        if isinstance(self.rto_seconds, Unset):
            rto_seconds = UNSET
        else:
            rto_seconds = self.rto_seconds

        evidence: dict[str, Any] | None | Unset
        if isinstance(self.evidence, Unset):
            evidence = UNSET
        elif isinstance(self.evidence, EvidenceReference):
            evidence = self.evidence.to_dict()
        else:
            evidence = self.evidence

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "protected_item_id": protected_item_id,
                "vm": vm,
                "state": state,
                "outcome": outcome,
                "runs": runs,
            }
        )
        if failed_level is not UNSET:
            field_dict["failed_level"] = failed_level
        if azure_code is not UNSET:
            field_dict["azure_code"] = azure_code
        if reason is not UNSET:
            field_dict["reason"] = reason
        if remedy is not UNSET:
            field_dict["remedy"] = remedy
        if run is not UNSET:
            field_dict["run"] = run
        if ended_at is not UNSET:
            field_dict["ended_at"] = ended_at
        if proven_at is not UNSET:
            field_dict["proven_at"] = proven_at
        if proven_level is not UNSET:
            field_dict["proven_level"] = proven_level
        if recovery_point_time is not UNSET:
            field_dict["recovery_point_time"] = recovery_point_time
        if rto_seconds is not UNSET:
            field_dict["rto_seconds"] = rto_seconds
        if evidence is not UNSET:
            field_dict["evidence"] = evidence

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.evidence_reference import EvidenceReference  # noqa: PLC0415
        from ..models.restore_test_run_counts import RestoreTestRunCounts  # noqa: PLC0415
        from ..models.vm_read import VmRead  # noqa: PLC0415

        d = dict(src_dict)
        protected_item_id = UUID(d.pop("protected_item_id"))

        vm = VmRead.from_dict(d.pop("vm"))

        state = d.pop("state")

        outcome = check_quarter_item_outcome(d.pop("outcome"))

        runs = RestoreTestRunCounts.from_dict(d.pop("runs"))

        def _parse_failed_level(data: object) -> None | RestoreTestLevel | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                failed_level_type_0 = check_restore_test_level(data)

                return failed_level_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestoreTestLevel | Unset, data)

        failed_level = _parse_failed_level(d.pop("failed_level", UNSET))

        def _parse_azure_code(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        azure_code = _parse_azure_code(d.pop("azure_code", UNSET))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_remedy(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        remedy = _parse_remedy(d.pop("remedy", UNSET))

        def _parse_run(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        run = _parse_run(d.pop("run", UNSET))

        def _parse_ended_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_at_type_0 = datetime.datetime.fromisoformat(data)

                return ended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        ended_at = _parse_ended_at(d.pop("ended_at", UNSET))

        def _parse_proven_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                proven_at_type_0 = datetime.datetime.fromisoformat(data)

                return proven_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        proven_at = _parse_proven_at(d.pop("proven_at", UNSET))

        def _parse_proven_level(data: object) -> None | RestoreTestLevel | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                proven_level_type_0 = check_restore_test_level(data)

                return proven_level_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestoreTestLevel | Unset, data)

        proven_level = _parse_proven_level(d.pop("proven_level", UNSET))

        def _parse_recovery_point_time(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                recovery_point_time_type_0 = datetime.datetime.fromisoformat(data)

                return recovery_point_time_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        recovery_point_time = _parse_recovery_point_time(d.pop("recovery_point_time", UNSET))

        def _parse_rto_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        rto_seconds = _parse_rto_seconds(d.pop("rto_seconds", UNSET))

        def _parse_evidence(data: object) -> EvidenceReference | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                evidence_type_0 = EvidenceReference.from_dict(data)

                return evidence_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(EvidenceReference | None | Unset, data)

        evidence = _parse_evidence(d.pop("evidence", UNSET))

        quarter_item = cls(
            protected_item_id=protected_item_id,
            vm=vm,
            state=state,
            outcome=outcome,
            runs=runs,
            failed_level=failed_level,
            azure_code=azure_code,
            reason=reason,
            remedy=remedy,
            run=run,
            ended_at=ended_at,
            proven_at=proven_at,
            proven_level=proven_level,
            recovery_point_time=recovery_point_time,
            rto_seconds=rto_seconds,
            evidence=evidence,
        )

        quarter_item.additional_properties = d
        return quarter_item
