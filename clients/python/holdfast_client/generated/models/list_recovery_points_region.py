from typing import Literal, cast

ListRecoveryPointsRegion = Literal["primary", "secondary"]


def check_list_recovery_points_region(value: str) -> ListRecoveryPointsRegion:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ListRecoveryPointsRegion, value)
