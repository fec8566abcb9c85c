from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast
from uuid import UUID

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.restore_test_run_event_data import RestoreTestRunEventData


T = TypeVar("T", bound="RestoreTestEndedEvent")


@_dataclass
class RestoreTestEndedEvent:
    """An event of type `holdfast.restore_test.ended`.

    Attributes:
        id (UUID): Stable: drop an event whose id you have seen.
        source (str): The tenant: /v1/tenants/{id}.
        type_ (Literal['holdfast.restore_test.ended']): What happened. Ignore types that you do not know.
        subject (None | str): The path of the resource. Events of one subject are in the order of the changes. Null: a
            newer version of Holdfast knows it.
        time (datetime.datetime): When it was changed, by the database's clock.
        action (str): What was done to the resource: created, updated or deleted (an extension attribute).
        data (None | RestoreTestRunEventData): The resource after the change (before it, if it was deleted), as a GET
            answers it, without what depends on the time of asking. Null: a newer version of Holdfast knows it.
        specversion (Literal['1.0'] | Unset): Version of CloudEvents: always 1.0. Default: '1.0'.
        datacontenttype (Literal['application/json'] | Unset): Media type of `data`: always application/json. Default:
            'application/json'.
    """

    id: UUID
    source: str
    type_: Literal["holdfast.restore_test.ended"]
    subject: None | str
    time: datetime.datetime
    action: str
    data: None | RestoreTestRunEventData
    specversion: Literal["1.0"] | Unset = "1.0"
    datacontenttype: Literal["application/json"] | Unset = "application/json"
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.restore_test_run_event_data import RestoreTestRunEventData  # noqa: PLC0415

        id = str(self.id)

        source = self.source

        type_ = self.type_

        subject: None | str
        subject = self.subject

        time = self.time.isoformat()

        action = self.action

        data: dict[str, Any] | None
        if isinstance(self.data, RestoreTestRunEventData):
            data = self.data.to_dict()
        else:
            data = self.data

        specversion = self.specversion

        datacontenttype = self.datacontenttype

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "source": source,
                "type": type_,
                "subject": subject,
                "time": time,
                "action": action,
                "data": data,
            }
        )
        if specversion is not UNSET:
            field_dict["specversion"] = specversion
        if datacontenttype is not UNSET:
            field_dict["datacontenttype"] = datacontenttype

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.restore_test_run_event_data import RestoreTestRunEventData  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        source = d.pop("source")

        type_ = cast(Literal["holdfast.restore_test.ended"], d.pop("type"))
        if type_ != "holdfast.restore_test.ended":
            raise ValueError(f"type must match const 'holdfast.restore_test.ended', got '{type_}'")

        def _parse_subject(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        subject = _parse_subject(d.pop("subject"))

        time = datetime.datetime.fromisoformat(d.pop("time"))

        action = d.pop("action")

        def _parse_data(data: object) -> None | RestoreTestRunEventData:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                data_type_0 = RestoreTestRunEventData.from_dict(data)

                return data_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestoreTestRunEventData, data)

        data = _parse_data(d.pop("data"))

        specversion = cast(Literal["1.0"] | Unset, d.pop("specversion", UNSET))
        if specversion != "1.0" and not isinstance(specversion, Unset):
            raise ValueError(f"specversion must match const '1.0', got '{specversion}'")

        datacontenttype = cast(Literal["application/json"] | Unset, d.pop("datacontenttype", UNSET))
        if datacontenttype != "application/json" and not isinstance(datacontenttype, Unset):
            raise ValueError(f"datacontenttype must match const 'application/json', got '{datacontenttype}'")

        restore_test_ended_event = cls(
            id=id,
            source=source,
            type_=type_,
            subject=subject,
            time=time,
            action=action,
            data=data,
            specversion=specversion,
            datacontenttype=datacontenttype,
        )

        restore_test_ended_event.additional_properties = d
        return restore_test_ended_event
