from typing import Literal, cast

RecoveryPlanPointBodyConsistencyType0 = Literal["application", "crash", "file_system"]


def check_recovery_plan_point_body_consistency_type_0(value: str) -> RecoveryPlanPointBodyConsistencyType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RecoveryPlanPointBodyConsistencyType0, value)
