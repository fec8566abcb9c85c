from typing import Literal, cast

CostMeter = Literal["archive", "instance", "snapshots", "vault_storage"]


def check_cost_meter(value: str) -> CostMeter:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(CostMeter, value)
