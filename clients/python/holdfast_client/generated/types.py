"""What generated code shares: the value of what was not given."""

from typing import Literal


class Unset:
    """The type of UNSET: a field or parameter that is not sent at all, unlike None."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Unset = Unset()
