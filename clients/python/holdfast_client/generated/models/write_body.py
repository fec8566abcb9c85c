from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.write_body_labels import WriteBodyLabels


T = TypeVar("T", bound="WriteBody")


@_dataclass
class WriteBody:
    """What every write takes: the caller's own ticket and labels, kept on the job. Unknown fields are refused.

    Attributes:
        reference (None | str | Unset): Your ticket; filter jobs by it.
        labels (WriteBodyLabels | Unset): Your own labels, at most 20; filter jobs by one of them (`label=name=value`).
    """

    reference: None | str | Unset = UNSET
    labels: WriteBodyLabels | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        reference: None | str | Unset
        if isinstance(self.reference, Unset):
            reference = UNSET
        else:
            reference = self.reference

        labels: dict[str, Any] | Unset = UNSET
        if not isinstance(self.labels, Unset):
            labels = self.labels.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if reference is not UNSET:
            field_dict["reference"] = reference
        if labels is not UNSET:
            field_dict["labels"] = labels

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.write_body_labels import WriteBodyLabels  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reference = _parse_reference(d.pop("reference", UNSET))

        _labels = d.pop("labels", UNSET)
        labels: WriteBodyLabels | Unset
        if isinstance(_labels, Unset):
            labels = UNSET
        else:
            labels = WriteBodyLabels.from_dict(_labels)

        write_body = cls(
            reference=reference,
            labels=labels,
        )

        return write_body
