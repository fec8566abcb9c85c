from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast
from uuid import UUID

from ..models.silence_read_kind_type_0 import SilenceReadKindType0, check_silence_read_kind_type_0

T = TypeVar("T", bound="SilenceRead")


@_dataclass
class SilenceRead:
    """A silence.

    Attributes:
        id (UUID): Its id: a UUID. Ids of one kind sort in the order of creation.
        kind (None | SilenceReadKindType0): Only alerts of this kind; null: of any.
        subject (None | str): Only alerts about this: their `subject`, or the id of a VM; null: about any.
        vault_id (None | UUID): Only alerts of this vault; null: of any.
        label (None | str): Only alerts of jobs with this label, as `name=value`; null: of any.
        from_ (datetime.datetime): When the window begins (RFC 3339, with an offset).
        until (datetime.datetime): When it ends (RFC 3339, with an offset).
        reason (str): Why. It is stored with your name.
        created_by (str): Who created it: the display name.
        created_at (datetime.datetime): When it was created (UTC).
        updated_at (datetime.datetime): When it last changed here (UTC).
    """

    id: UUID
    kind: None | SilenceReadKindType0
    subject: None | str
    vault_id: None | UUID
    label: None | str
    from_: datetime.datetime
    until: datetime.datetime
    reason: str
    created_by: str
    created_at: datetime.datetime
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        kind: None | str
        if isinstance(self.kind, str):
            kind = self.kind
        else:
            kind = self.kind

        subject: None | str
        subject = self.subject

        vault_id: None | str
        if isinstance(self.vault_id, UUID):
            vault_id = str(self.vault_id)
        else:
            vault_id = self.vault_id

        label: None | str
        label = self.label

        from_ = self.from_.isoformat()

        until = self.until.isoformat()

        reason = self.reason

        created_by = self.created_by

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "subject": subject,
                "vault_id": vault_id,
                "label": label,
                "from": from_,
                "until": until,
                "reason": reason,
                "created_by": created_by,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        def _parse_kind(data: object) -> None | SilenceReadKindType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                kind_type_0 = check_silence_read_kind_type_0(data)

                return kind_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SilenceReadKindType0, data)

        kind = _parse_kind(d.pop("kind"))

        def _parse_subject(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        subject = _parse_subject(d.pop("subject"))

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

        def _parse_label(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        label = _parse_label(d.pop("label"))

        from_ = datetime.datetime.fromisoformat(d.pop("from"))

        until = datetime.datetime.fromisoformat(d.pop("until"))

        reason = d.pop("reason")

        created_by = d.pop("created_by")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        silence_read = cls(
            id=id,
            kind=kind,
            subject=subject,
            vault_id=vault_id,
            label=label,
            from_=from_,
            until=until,
            reason=reason,
            created_by=created_by,
            created_at=created_at,
            updated_at=updated_at,
        )

        silence_read.additional_properties = d
        return silence_read
