from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="ActorRead")


@_dataclass
class ActorRead:
    """Who did it: a principal of an issuer's directory; or `holdfast`, without an issuer, for its own decisions.

    Attributes:
        issuer (str): The issuer of the tokens, as in their claim `iss`; empty: Holdfast itself.
        directory (str): The directory of the issuer, as in the claim `tid`.
        object_id (str): The object id in its directory; empty for Holdfast itself.
        name (str): Display name; it may change.
    """

    issuer: str
    directory: str
    object_id: str
    name: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        issuer = self.issuer

        directory = self.directory

        object_id = self.object_id

        name = self.name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "issuer": issuer,
                "directory": directory,
                "object_id": object_id,
                "name": name,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        issuer = d.pop("issuer")

        directory = d.pop("directory")

        object_id = d.pop("object_id")

        name = d.pop("name")

        actor_read = cls(
            issuer=issuer,
            directory=directory,
            object_id=object_id,
            name=name,
        )

        actor_read.additional_properties = d
        return actor_read
