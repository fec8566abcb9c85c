from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.webhook_disabled_reason import WebhookDisabledReason, check_webhook_disabled_reason
from ..models.webhook_state import WebhookState, check_webhook_state

if TYPE_CHECKING:
    from ..models.webhook_filter import WebhookFilter


T = TypeVar("T", bound="WebhookMade")


@_dataclass
class WebhookMade:
    """A new webhook. Its secret is shown now and never again.

    Attributes:
        id (UUID): Its id: a UUID. Ids of one kind sort in the order of creation.
        url (str): Where events are sent.
        description (None | str): A note for people; null: none.
        types (list[str]): Types of events it gets; `holdfast.job.*`: all below that name.
        filter_ (WebhookFilter): An event must meet each condition that is given. Events without a vault or labels meet
            none about them.
        state (WebhookState): Of a webhook.
        disabled_reason (None | WebhookDisabledReason): Why Holdfast disabled it; null: it is not disabled.
        previous_valid_until (datetime.datetime | None): Until when deliveries are signed with the previous secret as
            well; in the past: they are not.
        created_at (datetime.datetime): When it was created (UTC).
        updated_at (datetime.datetime): When it last changed here (UTC).
        secret (str): Verifies deliveries (Standard Webhooks).
    """

    id: UUID
    url: str
    description: None | str
    types: list[str]
    filter_: WebhookFilter
    state: WebhookState
    disabled_reason: None | WebhookDisabledReason
    previous_valid_until: datetime.datetime | None
    created_at: datetime.datetime
    updated_at: datetime.datetime
    secret: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        url = self.url

        description: None | str
        description = self.description

        types = self.types

        filter_ = self.filter_.to_dict()

        state: str = self.state

        disabled_reason: None | str
        if isinstance(self.disabled_reason, str):
            disabled_reason = self.disabled_reason
        else:
            disabled_reason = self.disabled_reason

        previous_valid_until: None | str
        if isinstance(self.previous_valid_until, datetime.datetime):
            previous_valid_until = self.previous_valid_until.isoformat()
        else:
            previous_valid_until = self.previous_valid_until

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        secret = self.secret

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "url": url,
                "description": description,
                "types": types,
                "filter": filter_,
                "state": state,
                "disabled_reason": disabled_reason,
                "previous_valid_until": previous_valid_until,
                "created_at": created_at,
                "updated_at": updated_at,
                "secret": secret,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.webhook_filter import WebhookFilter  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        url = d.pop("url")

        def _parse_description(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        description = _parse_description(d.pop("description"))

        types = cast(list[str], d.pop("types"))

        filter_ = WebhookFilter.from_dict(d.pop("filter"))

        state = check_webhook_state(d.pop("state"))

        def _parse_disabled_reason(data: object) -> None | WebhookDisabledReason:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                disabled_reason_type_0 = check_webhook_disabled_reason(data)

                return disabled_reason_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | WebhookDisabledReason, data)

        disabled_reason = _parse_disabled_reason(d.pop("disabled_reason"))

        def _parse_previous_valid_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                previous_valid_until_type_0 = datetime.datetime.fromisoformat(data)

                return previous_valid_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        previous_valid_until = _parse_previous_valid_until(d.pop("previous_valid_until"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        secret = d.pop("secret")

        webhook_made = cls(
            id=id,
            url=url,
            description=description,
            types=types,
            filter_=filter_,
            state=state,
            disabled_reason=disabled_reason,
            previous_valid_until=previous_valid_until,
            created_at=created_at,
            updated_at=updated_at,
            secret=secret,
        )

        webhook_made.additional_properties = d
        return webhook_made
