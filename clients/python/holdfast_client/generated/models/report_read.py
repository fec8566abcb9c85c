from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast
from uuid import UUID

if TYPE_CHECKING:
    from ..models.report_totals_read import ReportTotalsRead


T = TypeVar("T", bound="ReportRead")


@_dataclass
class ReportRead:
    """A report that was written; `url` is where it is read.

    Attributes:
        id (UUID): Its id: a UUID. Ids of one kind sort in the order of creation.
        kind (Literal['daily']): `daily`.
        date (datetime.date): The day it is about.
        time_zone (str): Time zone of the day: an IANA name.
        revision (int): Number of the revision: 1 is the first.
        written_at (datetime.datetime): When it was written (UTC).
        totals (ReportTotalsRead): Runs by outcome: `done` to `unknown` add up to `expected` and `unplanned`. The other
            three count items.
        url (str): Path of the report.
    """

    id: UUID
    kind: Literal["daily"]
    date: datetime.date
    time_zone: str
    revision: int
    written_at: datetime.datetime
    totals: ReportTotalsRead
    url: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        kind = self.kind

        date = self.date.isoformat()

        time_zone = self.time_zone

        revision = self.revision

        written_at = self.written_at.isoformat()

        totals = self.totals.to_dict()

        url = self.url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "date": date,
                "time_zone": time_zone,
                "revision": revision,
                "written_at": written_at,
                "totals": totals,
                "url": url,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.report_totals_read import ReportTotalsRead  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        kind = cast(Literal["daily"], d.pop("kind"))
        if kind != "daily":
            raise ValueError(f"kind must match const 'daily', got '{kind}'")

        date = datetime.date.fromisoformat(d.pop("date"))

        time_zone = d.pop("time_zone")

        revision = d.pop("revision")

        written_at = datetime.datetime.fromisoformat(d.pop("written_at"))

        totals = ReportTotalsRead.from_dict(d.pop("totals"))

        url = d.pop("url")

        report_read = cls(
            id=id,
            kind=kind,
            date=date,
            time_zone=time_zone,
            revision=revision,
            written_at=written_at,
            totals=totals,
            url=url,
        )

        report_read.additional_properties = d
        return report_read
