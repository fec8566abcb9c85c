from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="EvidenceReference")


@_dataclass
class EvidenceReference:
    """The signed statement of a run: GET {run}/evidence.

    Attributes:
        sequence (int): Its place in the chain of the tenant's statements.
        sha256 (str): Of the payload of its envelope.
        key_id (str): Which key signed it: see GET /v1/evidence/keys.
    """

    sequence: int
    sha256: str
    key_id: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        sequence = self.sequence

        sha256 = self.sha256

        key_id = self.key_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "sequence": sequence,
                "sha256": sha256,
                "key_id": key_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        sequence = d.pop("sequence")

        sha256 = d.pop("sha256")

        key_id = d.pop("key_id")

        evidence_reference = cls(
            sequence=sequence,
            sha256=sha256,
            key_id=key_id,
        )

        evidence_reference.additional_properties = d
        return evidence_reference
