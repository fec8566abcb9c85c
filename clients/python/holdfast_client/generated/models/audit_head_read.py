from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

T = TypeVar("T", bound="AuditHeadRead")


@_dataclass
class AuditHeadRead:
    """The last hash of a chain.

    A copy that database users cannot change proves that all earlier entries are unchanged.

        Attributes:
            tenant (str): The tenant whose chain it is; empty: the platform's.
            seq (int): Number of links of the chain.
            hash_ (str): SHA-256 of the last link, in hex.
            at (datetime.datetime | None): When it was sealed; null: nothing was sealed yet.
    """

    tenant: str
    seq: int
    hash_: str
    at: datetime.datetime | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        tenant = self.tenant

        seq = self.seq

        hash_ = self.hash_

        at: None | str
        if isinstance(self.at, datetime.datetime):
            at = self.at.isoformat()
        else:
            at = self.at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "tenant": tenant,
                "seq": seq,
                "hash": hash_,
                "at": at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        tenant = d.pop("tenant")

        seq = d.pop("seq")

        hash_ = d.pop("hash")

        def _parse_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                at_type_0 = datetime.datetime.fromisoformat(data)

                return at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        at = _parse_at(d.pop("at"))

        audit_head_read = cls(
            tenant=tenant,
            seq=seq,
            hash_=hash_,
            at=at,
        )

        audit_head_read.additional_properties = d
        return audit_head_read
