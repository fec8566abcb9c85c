"""The JSON of a run: its order in `jobs.ask`, its waves in `recovery_runs.waves`."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from app.recovery_runs.orders import Order, OrderMember
from app.recovery_runs.rules import Wave

ORDER: TypeAdapter[Order] = TypeAdapter(Order)
MEMBER: TypeAdapter[OrderMember] = TypeAdapter(OrderMember)
WAVES: TypeAdapter[list[Wave]] = TypeAdapter(list[Wave])


def member_of(ask: Mapping[str, Any], position: int) -> OrderMember:
    """One member of an order: a run of many is not read whole for each."""
    return MEMBER.validate_python(ask["members"][position])
