from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

if TYPE_CHECKING:
    from ..models.check_requested_event_data_recovery_point import CheckRequestedEventDataRecoveryPoint


T = TypeVar("T", bound="CheckRequestedEventData")


@_dataclass
class CheckRequestedEventData:
    """A run waits for the verdict of your own check.

    Attributes:
        id (UUID): Id of the run: /v1/restore-test-runs/{id}.
        restore_test_id (UUID): Id of the restore test: /v1/restore-tests/{id}. It may have been deleted since.
        protected_item_id (UUID): Id of the protected item: /v1/protected-items/{id}.
        vm_id (str): ARM id of the VM whose backup was restored.
        machine_id (str): ARM id of the restored VM to check.
        recovery_point (CheckRequestedEventDataRecoveryPoint): The point that was restored: `id`, `time`, `consistency`.
        token (None | str): The bearer token of the verdict, good for this check only. Null for readers without
            restore_tests:judge, and in webhooks that do not name holdfast.restore_test.check_requested among their types.
        verdict_url (str): Path to PUT the verdict to.
        answer_by (datetime.datetime): Until when a verdict is taken (UTC).
    """

    id: UUID
    restore_test_id: UUID
    protected_item_id: UUID
    vm_id: str
    machine_id: str
    recovery_point: CheckRequestedEventDataRecoveryPoint
    token: None | str
    verdict_url: str
    answer_by: datetime.datetime
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        restore_test_id = str(self.restore_test_id)

        protected_item_id = str(self.protected_item_id)

        vm_id = self.vm_id

        machine_id = self.machine_id

        recovery_point = self.recovery_point.to_dict()

        token: None | str
        token = self.token

        verdict_url = self.verdict_url

        answer_by = self.answer_by.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "restore_test_id": restore_test_id,
                "protected_item_id": protected_item_id,
                "vm_id": vm_id,
                "machine_id": machine_id,
                "recovery_point": recovery_point,
                "token": token,
                "verdict_url": verdict_url,
                "answer_by": answer_by,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.check_requested_event_data_recovery_point import CheckRequestedEventDataRecoveryPoint  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        restore_test_id = UUID(d.pop("restore_test_id"))

        protected_item_id = UUID(d.pop("protected_item_id"))

        vm_id = d.pop("vm_id")

        machine_id = d.pop("machine_id")

        recovery_point = CheckRequestedEventDataRecoveryPoint.from_dict(d.pop("recovery_point"))

        def _parse_token(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        token = _parse_token(d.pop("token"))

        verdict_url = d.pop("verdict_url")

        answer_by = datetime.datetime.fromisoformat(d.pop("answer_by"))

        check_requested_event_data = cls(
            id=id,
            restore_test_id=restore_test_id,
            protected_item_id=protected_item_id,
            vm_id=vm_id,
            machine_id=machine_id,
            recovery_point=recovery_point,
            token=token,
            verdict_url=verdict_url,
            answer_by=answer_by,
        )

        check_requested_event_data.additional_properties = d
        return check_requested_event_data
