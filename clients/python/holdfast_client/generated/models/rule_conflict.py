from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast
from uuid import UUID

if TYPE_CHECKING:
    from ..models.vm_read import VmRead


T = TypeVar("T", bound="RuleConflict")


@_dataclass
class RuleConflict:
    """A VM that other rules select, too.

    Attributes:
        vm (VmRead): A virtual machine.
        rules (list[UUID]): All that select it; a body that is no rule yet is not among them.
        winner (Literal['this'] | None | UUID): The one that decides: the lowest priority of those that are enforced or
            stopped, and this rule. null: two have the same, so neither does anything. `this`: the body that is no rule yet.
    """

    vm: VmRead
    rules: list[UUID]
    winner: Literal["this"] | None | UUID
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        vm = self.vm.to_dict()

        rules = []
        for rules_item_data in self.rules:
            rules_item = str(rules_item_data)
            rules.append(rules_item)

        winner: Literal["this"] | None | str
        if isinstance(self.winner, UUID):
            winner = str(self.winner)
        else:
            winner = self.winner

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "vm": vm,
                "rules": rules,
                "winner": winner,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.vm_read import VmRead  # noqa: PLC0415

        d = dict(src_dict)
        vm = VmRead.from_dict(d.pop("vm"))

        rules = []
        _rules = d.pop("rules")
        for rules_item_data in _rules:
            rules_item = UUID(rules_item_data)

            rules.append(rules_item)

        def _parse_winner(data: object) -> Literal["this"] | None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                winner_type_0 = UUID(data)

                return winner_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            winner_type_1 = cast(Literal["this"], data)
            if winner_type_1 != "this":
                raise ValueError(f"winner_type_1 must match const 'this', got '{winner_type_1}'")
            return winner_type_1
            return cast(Literal["this"] | None | UUID, data)

        winner = _parse_winner(d.pop("winner"))

        rule_conflict = cls(
            vm=vm,
            rules=rules,
            winner=winner,
        )

        rule_conflict.additional_properties = d
        return rule_conflict
