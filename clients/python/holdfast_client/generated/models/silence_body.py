from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar, cast
from uuid import UUID

from ..models.silence_body_kind_type_0 import SilenceBodyKindType0, check_silence_body_kind_type_0
from ..types import UNSET, Unset

T = TypeVar("T", bound="SilenceBody")


@_dataclass
class SilenceBody:
    """A window in which alerts are recorded and not sent: those that fit every member that is given.

    Attributes:
        from_ (datetime.datetime): When the window begins (RFC 3339, with an offset).
        until (datetime.datetime): When it ends (RFC 3339, with an offset).
        reason (str): Why. It is stored with your name.
        kind (None | SilenceBodyKindType0 | Unset): Only alerts of this kind; null: of any.
        subject (None | str | Unset): The `subject` of alerts, or the id of a VM.
        vault_id (None | Unset | UUID): Only alerts of this vault; null: of any.
        label (None | str | Unset): `name=value` of the labels of the job.
    """

    from_: datetime.datetime
    until: datetime.datetime
    reason: str
    kind: None | SilenceBodyKindType0 | Unset = UNSET
    subject: None | str | Unset = UNSET
    vault_id: None | Unset | UUID = UNSET
    label: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from_ = self.from_.isoformat()

        until = self.until.isoformat()

        reason = self.reason

        kind: None | str | Unset
        if isinstance(self.kind, Unset):
            kind = UNSET
        elif isinstance(self.kind, str):
            kind = self.kind
        else:
            kind = self.kind

        subject: None | str | Unset
        if isinstance(self.subject, Unset):
            subject = UNSET
        else:
            subject = self.subject

        vault_id: None | str | Unset
        if isinstance(self.vault_id, Unset):
            vault_id = UNSET
        elif isinstance(self.vault_id, UUID):
            vault_id = str(self.vault_id)
        else:
            vault_id = self.vault_id

        label: None | str | Unset
        if isinstance(self.label, Unset):
            label = UNSET
        else:
            label = self.label

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "from": from_,
                "until": until,
                "reason": reason,
            }
        )
        if kind is not UNSET:
            field_dict["kind"] = kind
        if subject is not UNSET:
            field_dict["subject"] = subject
        if vault_id is not UNSET:
            field_dict["vault_id"] = vault_id
        if label is not UNSET:
            field_dict["label"] = label

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        from_ = datetime.datetime.fromisoformat(d.pop("from"))

        until = datetime.datetime.fromisoformat(d.pop("until"))

        reason = d.pop("reason")

        def _parse_kind(data: object) -> None | SilenceBodyKindType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                kind_type_0 = check_silence_body_kind_type_0(data)

                return kind_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SilenceBodyKindType0 | Unset, data)

        kind = _parse_kind(d.pop("kind", UNSET))

        def _parse_subject(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        subject = _parse_subject(d.pop("subject", UNSET))

        def _parse_vault_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                vault_id_type_0 = UUID(data)

                return vault_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        vault_id = _parse_vault_id(d.pop("vault_id", UNSET))

        def _parse_label(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        label = _parse_label(d.pop("label", UNSET))

        silence_body = cls(
            from_=from_,
            until=until,
            reason=reason,
            kind=kind,
            subject=subject,
            vault_id=vault_id,
            label=label,
        )

        return silence_body
