from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.restore_test_level import RestoreTestLevel, check_restore_test_level
from ..models.restore_test_outcome import RestoreTestOutcome, check_restore_test_outcome
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.evidence_reference import EvidenceReference


T = TypeVar("T", bound="QuarterRun")


@_dataclass
class QuarterRun:
    """A run that did not prove its VM.

    Attributes:
        run (str): Path of the run: /v1/restore-test-runs/{id}.
        protected_item_id (UUID): Id of the protected item: /v1/protected-items/{id}.
        vm_name (str): Name of the virtual machine.
        restore_test_id (UUID): Id of the restore test: /v1/restore-tests/{id}. It may have been deleted since.
        ended_at (datetime.datetime): When it ended (UTC); null: not yet.
        outcome (RestoreTestOutcome): What came of a run.
        failed_level (None | RestoreTestLevel | Unset): The level that was not passed; null: none.
        azure_code (None | str | Unset): Azure's own error code; null: Azure sent none, or was not involved.
        reason (None | str | Unset): Why it was not proven; null: it was.
        remedy (None | str | Unset): What to do about it; null: nothing is known.
        recovery_point_time (datetime.datetime | None | Unset): When the recovery point was taken (UTC); null: none was
            chosen.
        evidence (EvidenceReference | None | Unset): Its signed statement; null: not signed yet.
    """

    run: str
    protected_item_id: UUID
    vm_name: str
    restore_test_id: UUID
    ended_at: datetime.datetime
    outcome: RestoreTestOutcome
    failed_level: None | RestoreTestLevel | Unset = UNSET
    azure_code: None | str | Unset = UNSET
    reason: None | str | Unset = UNSET
    remedy: None | str | Unset = UNSET
    recovery_point_time: datetime.datetime | None | Unset = UNSET
    evidence: EvidenceReference | None | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.evidence_reference import EvidenceReference  # noqa: PLC0415

        run = self.run

        protected_item_id = str(self.protected_item_id)

        vm_name = self.vm_name

        restore_test_id = str(self.restore_test_id)

        ended_at = self.ended_at.isoformat()

        outcome: str = self.outcome

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

        recovery_point_time: None | str | Unset
        if isinstance(self.recovery_point_time, Unset):
            recovery_point_time = UNSET
        elif isinstance(self.recovery_point_time, datetime.datetime):
            recovery_point_time = self.recovery_point_time.isoformat()
        else:
            recovery_point_time = self.recovery_point_time

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
                "run": run,
                "protected_item_id": protected_item_id,
                "vm_name": vm_name,
                "restore_test_id": restore_test_id,
                "ended_at": ended_at,
                "outcome": outcome,
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
        if recovery_point_time is not UNSET:
            field_dict["recovery_point_time"] = recovery_point_time
        if evidence is not UNSET:
            field_dict["evidence"] = evidence

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.evidence_reference import EvidenceReference  # noqa: PLC0415

        d = dict(src_dict)
        run = d.pop("run")

        protected_item_id = UUID(d.pop("protected_item_id"))

        vm_name = d.pop("vm_name")

        restore_test_id = UUID(d.pop("restore_test_id"))

        ended_at = datetime.datetime.fromisoformat(d.pop("ended_at"))

        outcome = check_restore_test_outcome(d.pop("outcome"))

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

        quarter_run = cls(
            run=run,
            protected_item_id=protected_item_id,
            vm_name=vm_name,
            restore_test_id=restore_test_id,
            ended_at=ended_at,
            outcome=outcome,
            failed_level=failed_level,
            azure_code=azure_code,
            reason=reason,
            remedy=remedy,
            recovery_point_time=recovery_point_time,
            evidence=evidence,
        )

        quarter_run.additional_properties = d
        return quarter_run
