from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="SealRead")


@_dataclass
class SealRead:
    """The seal of an entry: its link in the tenant's chain of hashes.

    Attributes:
        seq (int): Its number in the chain, from 1.
        version (int): Version of the canonical form that was hashed (docs/audit.md).
        sealed_at (datetime.datetime): When the entry was sealed (UTC).
        previous (str): Hash of the link before it, in hex.
        hash_ (str): SHA-256 over the entry and the hash before it.
    """

    seq: int
    version: int
    sealed_at: datetime.datetime
    previous: str
    hash_: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        seq = self.seq

        version = self.version

        sealed_at = self.sealed_at.isoformat()

        previous = self.previous

        hash_ = self.hash_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "seq": seq,
                "version": version,
                "sealed_at": sealed_at,
                "previous": previous,
                "hash": hash_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        seq = d.pop("seq")

        version = d.pop("version")

        sealed_at = datetime.datetime.fromisoformat(d.pop("sealed_at"))

        previous = d.pop("previous")

        hash_ = d.pop("hash")

        seal_read = cls(
            seq=seq,
            version=version,
            sealed_at=sealed_at,
            previous=previous,
            hash_=hash_,
        )

        seal_read.additional_properties = d
        return seal_read
