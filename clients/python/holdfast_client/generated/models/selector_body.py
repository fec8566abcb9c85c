from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.selector_body_tags_type_0 import SelectorBodyTagsType0


T = TypeVar("T", bound="SelectorBody")


@_dataclass
class SelectorBody:
    """Which VMs: lists OR, members AND; an empty selector selects all. In any letter case, but for values of tags.

    Attributes:
        subscriptions (list[str] | None | Unset): Ids of subscriptions; null: of any.
        resource_groups (list[str] | None | Unset): Names of resource groups of the VMs; null: of any.
        locations (list[str] | None | Unset): Azure regions; null: of any.
        tags (None | SelectorBodyTagsType0 | Unset): Each of these tags must have one of its values. Tags are those that
            the estate last saw of the VM (docs/estate.md), also of one that is gone since: a VM that it never saw has none.
        names (list[str] | None | Unset): Names of VMs. `*` matches any characters, `?` one.
        except_ (list[str] | Unset): Names or ids of VMs. In names `*` matches any characters, `?` one.
    """

    subscriptions: list[str] | None | Unset = UNSET
    resource_groups: list[str] | None | Unset = UNSET
    locations: list[str] | None | Unset = UNSET
    tags: None | SelectorBodyTagsType0 | Unset = UNSET
    names: list[str] | None | Unset = UNSET
    except_: list[str] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.selector_body_tags_type_0 import SelectorBodyTagsType0  # noqa: PLC0415

        subscriptions: list[str] | None | Unset
        if isinstance(self.subscriptions, Unset):
            subscriptions = UNSET
        elif isinstance(self.subscriptions, list):
            subscriptions = self.subscriptions

        else:
            subscriptions = self.subscriptions

        resource_groups: list[str] | None | Unset
        if isinstance(self.resource_groups, Unset):
            resource_groups = UNSET
        elif isinstance(self.resource_groups, list):
            resource_groups = self.resource_groups

        else:
            resource_groups = self.resource_groups

        locations: list[str] | None | Unset
        if isinstance(self.locations, Unset):
            locations = UNSET
        elif isinstance(self.locations, list):
            locations = self.locations

        else:
            locations = self.locations

        tags: dict[str, Any] | None | Unset
        if isinstance(self.tags, Unset):
            tags = UNSET
        elif isinstance(self.tags, SelectorBodyTagsType0):
            tags = self.tags.to_dict()
        else:
            tags = self.tags

        names: list[str] | None | Unset
        if isinstance(self.names, Unset):
            names = UNSET
        elif isinstance(self.names, list):
            names = self.names

        else:
            names = self.names

        except_: list[str] | Unset = UNSET
        if not isinstance(self.except_, Unset):
            except_ = self.except_

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if subscriptions is not UNSET:
            field_dict["subscriptions"] = subscriptions
        if resource_groups is not UNSET:
            field_dict["resource_groups"] = resource_groups
        if locations is not UNSET:
            field_dict["locations"] = locations
        if tags is not UNSET:
            field_dict["tags"] = tags
        if names is not UNSET:
            field_dict["names"] = names
        if except_ is not UNSET:
            field_dict["except"] = except_

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.selector_body_tags_type_0 import SelectorBodyTagsType0  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_subscriptions(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                subscriptions_type_0 = cast(list[str], data)

                return subscriptions_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        subscriptions = _parse_subscriptions(d.pop("subscriptions", UNSET))

        def _parse_resource_groups(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                resource_groups_type_0 = cast(list[str], data)

                return resource_groups_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        resource_groups = _parse_resource_groups(d.pop("resource_groups", UNSET))

        def _parse_locations(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                locations_type_0 = cast(list[str], data)

                return locations_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        locations = _parse_locations(d.pop("locations", UNSET))

        def _parse_tags(data: object) -> None | SelectorBodyTagsType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                tags_type_0 = SelectorBodyTagsType0.from_dict(data)

                return tags_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SelectorBodyTagsType0 | Unset, data)

        tags = _parse_tags(d.pop("tags", UNSET))

        def _parse_names(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                names_type_0 = cast(list[str], data)

                return names_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        names = _parse_names(d.pop("names", UNSET))

        except_ = cast(list[str], d.pop("except", UNSET))

        selector_body = cls(
            subscriptions=subscriptions,
            resource_groups=resource_groups,
            locations=locations,
            tags=tags,
            names=names,
            except_=except_,
        )

        return selector_body
