from typing import Literal, cast

RecoveryPlanPointBodyRegion = Literal["primary", "secondary"]


def check_recovery_plan_point_body_region(value: str) -> RecoveryPlanPointBodyRegion:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RecoveryPlanPointBodyRegion, value)
