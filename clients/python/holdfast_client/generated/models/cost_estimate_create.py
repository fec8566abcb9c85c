from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.cost_estimate_create_redundancy_type_0 import (
    CostEstimateCreateRedundancyType0,
    check_cost_estimate_create_redundancy_type_0,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.cost_assumptions_body import CostAssumptionsBody
    from ..models.policy_definition_body import PolicyDefinitionBody
    from ..models.selector_body import SelectorBody


T = TypeVar("T", bound="CostEstimateCreate")


@_dataclass
class CostEstimateCreate:
    """Which VMs, and what shall be true of them. What is left out stays as it is today. Nothing is changed.

    Name exactly one of `protected_item_ids`, `vm_ids` and `selector`; a VM that is named twice counts once.

        Attributes:
            protected_item_ids (list[UUID] | None | Unset): For more of them use `selector`.
            vm_ids (list[str] | None | Unset): Protected here or not; in any letter case. The body's 64 KiB hold about 400.
            selector (None | SelectorBody | Unset): Which VMs, by what is known of them.
            policy_id (None | Unset | UUID): A policy of any vault.
            policy (None | PolicyDefinitionBody | Unset): A policy that need not exist.
            redundancy (CostEstimateCreateRedundancyType0 | None | Unset): The redundancy of the vault to assume.
            cross_region_restore (bool | None | Unset): Needs geo redundancy.
            location (None | str | Unset): Region of VMs that are not protected here, when no policy_id gives it.
            currency (str | Unset): USD is Azure's own; others are for orientation. Default: 'USD'.
            assumptions (CostAssumptionsBody | Unset): What to assume in place of what was measured, or of the defaults
                (docs/cost.md).
    """

    protected_item_ids: list[UUID] | None | Unset = UNSET
    vm_ids: list[str] | None | Unset = UNSET
    selector: None | SelectorBody | Unset = UNSET
    policy_id: None | Unset | UUID = UNSET
    policy: None | PolicyDefinitionBody | Unset = UNSET
    redundancy: CostEstimateCreateRedundancyType0 | None | Unset = UNSET
    cross_region_restore: bool | None | Unset = UNSET
    location: None | str | Unset = UNSET
    currency: str | Unset = "USD"
    assumptions: CostAssumptionsBody | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.policy_definition_body import PolicyDefinitionBody  # noqa: PLC0415
        from ..models.selector_body import SelectorBody  # noqa: PLC0415

        protected_item_ids: list[str] | None | Unset
        if isinstance(self.protected_item_ids, Unset):
            protected_item_ids = UNSET
        elif isinstance(self.protected_item_ids, list):
            protected_item_ids = []
            for protected_item_ids_type_0_item_data in self.protected_item_ids:
                protected_item_ids_type_0_item = str(protected_item_ids_type_0_item_data)
                protected_item_ids.append(protected_item_ids_type_0_item)

        else:
            protected_item_ids = self.protected_item_ids

        vm_ids: list[str] | None | Unset
        if isinstance(self.vm_ids, Unset):
            vm_ids = UNSET
        elif isinstance(self.vm_ids, list):
            vm_ids = self.vm_ids

        else:
            vm_ids = self.vm_ids

        selector: dict[str, Any] | None | Unset
        if isinstance(self.selector, Unset):
            selector = UNSET
        elif isinstance(self.selector, SelectorBody):
            selector = self.selector.to_dict()
        else:
            selector = self.selector

        policy_id: None | str | Unset
        if isinstance(self.policy_id, Unset):
            policy_id = UNSET
        elif isinstance(self.policy_id, UUID):
            policy_id = str(self.policy_id)
        else:
            policy_id = self.policy_id

        policy: dict[str, Any] | None | Unset
        if isinstance(self.policy, Unset):
            policy = UNSET
        elif isinstance(self.policy, PolicyDefinitionBody):
            policy = self.policy.to_dict()
        else:
            policy = self.policy

        redundancy: None | str | Unset
        if isinstance(self.redundancy, Unset):
            redundancy = UNSET
        elif isinstance(self.redundancy, str):
            redundancy = self.redundancy
        else:
            redundancy = self.redundancy

        cross_region_restore: bool | None | Unset
        if isinstance(self.cross_region_restore, Unset):
            cross_region_restore = UNSET
        else:
            cross_region_restore = self.cross_region_restore

        location: None | str | Unset
        if isinstance(self.location, Unset):
            location = UNSET
        else:
            location = self.location

        currency = self.currency

        assumptions: dict[str, Any] | Unset = UNSET
        if not isinstance(self.assumptions, Unset):
            assumptions = self.assumptions.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if protected_item_ids is not UNSET:
            field_dict["protected_item_ids"] = protected_item_ids
        if vm_ids is not UNSET:
            field_dict["vm_ids"] = vm_ids
        if selector is not UNSET:
            field_dict["selector"] = selector
        if policy_id is not UNSET:
            field_dict["policy_id"] = policy_id
        if policy is not UNSET:
            field_dict["policy"] = policy
        if redundancy is not UNSET:
            field_dict["redundancy"] = redundancy
        if cross_region_restore is not UNSET:
            field_dict["cross_region_restore"] = cross_region_restore
        if location is not UNSET:
            field_dict["location"] = location
        if currency is not UNSET:
            field_dict["currency"] = currency
        if assumptions is not UNSET:
            field_dict["assumptions"] = assumptions

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cost_assumptions_body import CostAssumptionsBody  # noqa: PLC0415
        from ..models.policy_definition_body import PolicyDefinitionBody  # noqa: PLC0415
        from ..models.selector_body import SelectorBody  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_protected_item_ids(data: object) -> list[UUID] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                protected_item_ids_type_0 = []
                _protected_item_ids_type_0 = data
                for protected_item_ids_type_0_item_data in _protected_item_ids_type_0:
                    protected_item_ids_type_0_item = UUID(protected_item_ids_type_0_item_data)

                    protected_item_ids_type_0.append(protected_item_ids_type_0_item)

                return protected_item_ids_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[UUID] | None | Unset, data)

        protected_item_ids = _parse_protected_item_ids(d.pop("protected_item_ids", UNSET))

        def _parse_vm_ids(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                vm_ids_type_0 = cast(list[str], data)

                return vm_ids_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        vm_ids = _parse_vm_ids(d.pop("vm_ids", UNSET))

        def _parse_selector(data: object) -> None | SelectorBody | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                selector_type_0 = SelectorBody.from_dict(data)

                return selector_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SelectorBody | Unset, data)

        selector = _parse_selector(d.pop("selector", UNSET))

        def _parse_policy_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                policy_id_type_0 = UUID(data)

                return policy_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        policy_id = _parse_policy_id(d.pop("policy_id", UNSET))

        def _parse_policy(data: object) -> None | PolicyDefinitionBody | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                policy_type_0 = PolicyDefinitionBody.from_dict(data)

                return policy_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PolicyDefinitionBody | Unset, data)

        policy = _parse_policy(d.pop("policy", UNSET))

        def _parse_redundancy(data: object) -> CostEstimateCreateRedundancyType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                redundancy_type_0 = check_cost_estimate_create_redundancy_type_0(data)

                return redundancy_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CostEstimateCreateRedundancyType0 | None | Unset, data)

        redundancy = _parse_redundancy(d.pop("redundancy", UNSET))

        def _parse_cross_region_restore(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        cross_region_restore = _parse_cross_region_restore(d.pop("cross_region_restore", UNSET))

        def _parse_location(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        location = _parse_location(d.pop("location", UNSET))

        currency = d.pop("currency", UNSET)

        _assumptions = d.pop("assumptions", UNSET)
        assumptions: CostAssumptionsBody | Unset
        if isinstance(_assumptions, Unset):
            assumptions = UNSET
        else:
            assumptions = CostAssumptionsBody.from_dict(_assumptions)

        cost_estimate_create = cls(
            protected_item_ids=protected_item_ids,
            vm_ids=vm_ids,
            selector=selector,
            policy_id=policy_id,
            policy=policy,
            redundancy=redundancy,
            cross_region_restore=cross_region_restore,
            location=location,
            currency=currency,
            assumptions=assumptions,
        )

        return cost_estimate_create
