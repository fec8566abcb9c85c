from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ..models.evidence_key_read import EvidenceKeyRead


T = TypeVar("T", bound="EvidenceKeysRead")


@_dataclass
class EvidenceKeysRead:
    """Every key that signs evidence or has signed any, the one that signs now first.

    Attributes:
        keys (list[EvidenceKeyRead]): The keys.
    """

    keys: list[EvidenceKeyRead]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        keys = []
        for keys_item_data in self.keys:
            keys_item = keys_item_data.to_dict()
            keys.append(keys_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "keys": keys,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.evidence_key_read import EvidenceKeyRead  # noqa: PLC0415

        d = dict(src_dict)
        keys = []
        _keys = d.pop("keys")
        for keys_item_data in _keys:
            keys_item = EvidenceKeyRead.from_dict(keys_item_data)

            keys.append(keys_item)

        evidence_keys_read = cls(
            keys=keys,
        )

        evidence_keys_read.additional_properties = d
        return evidence_keys_read
