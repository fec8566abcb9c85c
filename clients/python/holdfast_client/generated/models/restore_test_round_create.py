from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.restore_test_round_create_labels import RestoreTestRoundCreateLabels


T = TypeVar("T", bound="RestoreTestRoundCreate")


@_dataclass
class RestoreTestRoundCreate:
    """Test now. The body may be left out.

    Attributes:
        reference (None | str | Unset): Your ticket; filter jobs by it.
        labels (RestoreTestRoundCreateLabels | Unset): Your own labels, at most 20; filter jobs by one of them
            (`label=name=value`).
    """

    reference: None | str | Unset = UNSET
    labels: RestoreTestRoundCreateLabels | Unset = UNSET

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
        from ..models.restore_test_round_create_labels import RestoreTestRoundCreateLabels  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reference = _parse_reference(d.pop("reference", UNSET))

        _labels = d.pop("labels", UNSET)
        labels: RestoreTestRoundCreateLabels | Unset
        if isinstance(_labels, Unset):
            labels = UNSET
        else:
            labels = RestoreTestRoundCreateLabels.from_dict(_labels)

        restore_test_round_create = cls(
            reference=reference,
            labels=labels,
        )

        return restore_test_round_create
