from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar, cast

from ..models.restore_test_sample_body_mode import RestoreTestSampleBodyMode, check_restore_test_sample_body_mode
from ..types import UNSET, Unset

T = TypeVar("T", bound="RestoreTestSampleBody")


@_dataclass
class RestoreTestSampleBody:
    """Which of the selected items a round takes.

    Attributes:
        mode (RestoreTestSampleBodyMode | Unset): all; random: a random sample; longest_untested: those first whose last
            test is the oldest. Default: 'all'.
        count (int | None | Unset): How many VMs a round takes. Needed but for `all`.
        seed (int | Unset): Of `random`: with the number of the round, the same seed gives the same sample. Default: 0.
    """

    mode: RestoreTestSampleBodyMode | Unset = "all"
    count: int | None | Unset = UNSET
    seed: int | Unset = 0

    def to_dict(self) -> dict[str, Any]:
        mode: str | Unset = UNSET
        if not isinstance(self.mode, Unset):
            mode = self.mode

        count: int | None | Unset
        if isinstance(self.count, Unset):
            count = UNSET
        else:
            count = self.count

        seed = self.seed

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if mode is not UNSET:
            field_dict["mode"] = mode
        if count is not UNSET:
            field_dict["count"] = count
        if seed is not UNSET:
            field_dict["seed"] = seed

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _mode = d.pop("mode", UNSET)
        mode: RestoreTestSampleBodyMode | Unset
        if isinstance(_mode, Unset):
            mode = UNSET
        else:
            mode = check_restore_test_sample_body_mode(_mode)

        def _parse_count(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        count = _parse_count(d.pop("count", UNSET))

        seed = d.pop("seed", UNSET)

        restore_test_sample_body = cls(
            mode=mode,
            count=count,
            seed=seed,
        )

        return restore_test_sample_body
