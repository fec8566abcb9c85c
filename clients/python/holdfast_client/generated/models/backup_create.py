from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.backup_create_labels import BackupCreateLabels


T = TypeVar("T", bound="BackupCreate")


@_dataclass
class BackupCreate:
    """A backup to make now.

    Attributes:
        reference (None | str | Unset): Your ticket; filter jobs by it.
        labels (BackupCreateLabels | Unset): Your own labels, at most 20; filter jobs by one of them
            (`label=name=value`).
        retain_until (datetime.datetime | None | Unset): How long to keep the recovery point. Left out: 30 days from
            now.
    """

    reference: None | str | Unset = UNSET
    labels: BackupCreateLabels | Unset = UNSET
    retain_until: datetime.datetime | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        reference: None | str | Unset
        if isinstance(self.reference, Unset):
            reference = UNSET
        else:
            reference = self.reference

        labels: dict[str, Any] | Unset = UNSET
        if not isinstance(self.labels, Unset):
            labels = self.labels.to_dict()

        retain_until: None | str | Unset
        if isinstance(self.retain_until, Unset):
            retain_until = UNSET
        elif isinstance(self.retain_until, datetime.datetime):
            retain_until = self.retain_until.isoformat()
        else:
            retain_until = self.retain_until

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if reference is not UNSET:
            field_dict["reference"] = reference
        if labels is not UNSET:
            field_dict["labels"] = labels
        if retain_until is not UNSET:
            field_dict["retain_until"] = retain_until

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.backup_create_labels import BackupCreateLabels  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reference = _parse_reference(d.pop("reference", UNSET))

        _labels = d.pop("labels", UNSET)
        labels: BackupCreateLabels | Unset
        if isinstance(_labels, Unset):
            labels = UNSET
        else:
            labels = BackupCreateLabels.from_dict(_labels)

        def _parse_retain_until(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                retain_until_type_0 = datetime.datetime.fromisoformat(data)

                return retain_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        retain_until = _parse_retain_until(d.pop("retain_until", UNSET))

        backup_create = cls(
            reference=reference,
            labels=labels,
            retain_until=retain_until,
        )

        return backup_create
