from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.alert_read_kind import AlertReadKind, check_alert_read_kind
from ..models.alert_read_severity import AlertReadSeverity, check_alert_read_severity
from ..models.alert_read_state import AlertReadState, check_alert_read_state

if TYPE_CHECKING:
    from ..models.alert_read_details import AlertReadDetails
    from ..models.vm_read import VmRead


T = TypeVar("T", bound="AlertRead")


@_dataclass
class AlertRead:
    """Something that is wrong, or was.

    Attributes:
        id (UUID): Its id: a UUID, in the order of creation. The alert is at /v1/alerts/{id}.
        kind (AlertReadKind): What it is about.
        severity (AlertReadSeverity): How grave it is, as its rule says.
        state (AlertReadState): `resolved` comes by itself when it is well again, and is final.
        subject (str): The path of what it is about; of a storm, the list where its members are.
        vm (None | VmRead): The VM concerned; null: none, or several.
        vault_id (None | UUID): The vault concerned; null: none, or several.
        count (int): How often it happened since it opened; of a storm, all of its members.
        storm (bool): Whether it is about many of one kind, cause and region.
        first_at (datetime.datetime): When it first happened (UTC).
        last_at (datetime.datetime): When it last happened (UTC).
        opened_at (datetime.datetime | None): When its grace had ended.
        told_at (datetime.datetime | None): Null while it is silenced: no event and no mail announced it.
        resolved_at (datetime.datetime | None): When it was over (UTC); null: it is not over.
        folded_into (None | UUID): The storm that took it in, and by that resolved it.
        acknowledged_at (datetime.datetime | None): When a person took it in hand (UTC); null: not yet.
        acknowledged_by (None | str): Who took it in hand: the display name; null: no person yet.
        acknowledged_reason (None | str): What they wrote about it; null: nothing.
        title (str): What it is, in a few words.
        remedy (str): What to do about it.
        details (AlertReadDetails): What the kind knows more of it; members may be added.
        events (list[UUID]): Ids of its newest events, at most 100, oldest first.
    """

    id: UUID
    kind: AlertReadKind
    severity: AlertReadSeverity
    state: AlertReadState
    subject: str
    vm: None | VmRead
    vault_id: None | UUID
    count: int
    storm: bool
    first_at: datetime.datetime
    last_at: datetime.datetime
    opened_at: datetime.datetime | None
    told_at: datetime.datetime | None
    resolved_at: datetime.datetime | None
    folded_into: None | UUID
    acknowledged_at: datetime.datetime | None
    acknowledged_by: None | str
    acknowledged_reason: None | str
    title: str
    remedy: str
    details: AlertReadDetails
    events: list[UUID]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.vm_read import VmRead  # noqa: PLC0415

        id = str(self.id)

        kind: str = self.kind

        severity: str = self.severity

        state: str = self.state

        subject = self.subject

        vm: dict[str, Any] | None
        if isinstance(self.vm, VmRead):
            vm = self.vm.to_dict()
        else:
            vm = self.vm

        vault_id: None | str
        if isinstance(self.vault_id, UUID):
            vault_id = str(self.vault_id)
        else:
            vault_id = self.vault_id

        count = self.count

        storm = self.storm

        first_at = self.first_at.isoformat()

        last_at = self.last_at.isoformat()

        opened_at: None | str
        if isinstance(self.opened_at, datetime.datetime):
            opened_at = self.opened_at.isoformat()
        else:
            opened_at = self.opened_at

        told_at: None | str
        if isinstance(self.told_at, datetime.datetime):
            told_at = self.told_at.isoformat()
        else:
            told_at = self.told_at

        resolved_at: None | str
        if isinstance(self.resolved_at, datetime.datetime):
            resolved_at = self.resolved_at.isoformat()
        else:
            resolved_at = self.resolved_at

        folded_into: None | str
        if isinstance(self.folded_into, UUID):
            folded_into = str(self.folded_into)
        else:
            folded_into = self.folded_into

        acknowledged_at: None | str
        if isinstance(self.acknowledged_at, datetime.datetime):
            acknowledged_at = self.acknowledged_at.isoformat()
        else:
            acknowledged_at = self.acknowledged_at

        acknowledged_by: None | str
        acknowledged_by = self.acknowledged_by

        acknowledged_reason: None | str
        acknowledged_reason = self.acknowledged_reason

        title = self.title

        remedy = self.remedy

        details = self.details.to_dict()

        events = []
        for events_item_data in self.events:
            events_item = str(events_item_data)
            events.append(events_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "severity": severity,
                "state": state,
                "subject": subject,
                "vm": vm,
                "vault_id": vault_id,
                "count": count,
                "storm": storm,
                "first_at": first_at,
                "last_at": last_at,
                "opened_at": opened_at,
                "told_at": told_at,
                "resolved_at": resolved_at,
                "folded_into": folded_into,
                "acknowledged_at": acknowledged_at,
                "acknowledged_by": acknowledged_by,
                "acknowledged_reason": acknowledged_reason,
                "title": title,
                "remedy": remedy,
                "details": details,
                "events": events,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.alert_read_details import AlertReadDetails  # noqa: PLC0415
        from ..models.vm_read import VmRead  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        kind = check_alert_read_kind(d.pop("kind"))

        severity = check_alert_read_severity(d.pop("severity"))

        state = check_alert_read_state(d.pop("state"))

        subject = d.pop("subject")

        def _parse_vm(data: object) -> None | VmRead:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                vm_type_0 = VmRead.from_dict(data)

                return vm_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | VmRead, data)

        vm = _parse_vm(d.pop("vm"))

        def _parse_vault_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                vault_id_type_0 = UUID(data)

                return vault_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        vault_id = _parse_vault_id(d.pop("vault_id"))

        count = d.pop("count")

        storm = d.pop("storm")

        first_at = datetime.datetime.fromisoformat(d.pop("first_at"))

        last_at = datetime.datetime.fromisoformat(d.pop("last_at"))

        def _parse_opened_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                opened_at_type_0 = datetime.datetime.fromisoformat(data)

                return opened_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        opened_at = _parse_opened_at(d.pop("opened_at"))

        def _parse_told_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                told_at_type_0 = datetime.datetime.fromisoformat(data)

                return told_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        told_at = _parse_told_at(d.pop("told_at"))

        def _parse_resolved_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                resolved_at_type_0 = datetime.datetime.fromisoformat(data)

                return resolved_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        resolved_at = _parse_resolved_at(d.pop("resolved_at"))

        def _parse_folded_into(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                folded_into_type_0 = UUID(data)

                return folded_into_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        folded_into = _parse_folded_into(d.pop("folded_into"))

        def _parse_acknowledged_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                acknowledged_at_type_0 = datetime.datetime.fromisoformat(data)

                return acknowledged_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        acknowledged_at = _parse_acknowledged_at(d.pop("acknowledged_at"))

        def _parse_acknowledged_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        acknowledged_by = _parse_acknowledged_by(d.pop("acknowledged_by"))

        def _parse_acknowledged_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        acknowledged_reason = _parse_acknowledged_reason(d.pop("acknowledged_reason"))

        title = d.pop("title")

        remedy = d.pop("remedy")

        details = AlertReadDetails.from_dict(d.pop("details"))

        events = []
        _events = d.pop("events")
        for events_item_data in _events:
            events_item = UUID(events_item_data)

            events.append(events_item)

        alert_read = cls(
            id=id,
            kind=kind,
            severity=severity,
            state=state,
            subject=subject,
            vm=vm,
            vault_id=vault_id,
            count=count,
            storm=storm,
            first_at=first_at,
            last_at=last_at,
            opened_at=opened_at,
            told_at=told_at,
            resolved_at=resolved_at,
            folded_into=folded_into,
            acknowledged_at=acknowledged_at,
            acknowledged_by=acknowledged_by,
            acknowledged_reason=acknowledged_reason,
            title=title,
            remedy=remedy,
            details=details,
            events=events,
        )

        alert_read.additional_properties = d
        return alert_read
