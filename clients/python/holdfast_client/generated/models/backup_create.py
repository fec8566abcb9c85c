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
        retain_until (datetime.datetime): How long to keep the recovery point.
        reference (None | str | Unset): Your ticket; filter jobs by it.
        labels (BackupCreateLabels | Unset): Your own labels, at most 20; filter jobs by one of them
            (`label=name=value`).
    """

    retain_until: datetime.datetime
    reference: None | str | Unset = UNSET
    labels: BackupCreateLabels | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        retain_until = self.retain_until.isoformat()

        reference: None | str | Unset
        if isinstance(self.reference, Unset):
            reference = UNSET
        else:
            reference = self.reference

        labels: dict[str, Any] | Unset = UNSET
        if not isinstance(self.labels, Unset):
            labels = self.labels.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "retain_until": retain_until,
            }
        )
        if reference is not UNSET:
            field_dict["reference"] = reference
        if labels is not UNSET:
            field_dict["labels"] = labels

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.backup_create_labels import BackupCreateLabels  # noqa: PLC0415

        d = dict(src_dict)
        retain_until = datetime.datetime.fromisoformat(d.pop("retain_until"))

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

        backup_create = cls(
            retain_until=retain_until,
            reference=reference,
            labels=labels,
        )

        return backup_create
