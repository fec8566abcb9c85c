from typing import Literal, cast

UnmountResultEndedByType0 = Literal["azure", "holdfast"]


def check_unmount_result_ended_by_type_0(value: str) -> UnmountResultEndedByType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(UnmountResultEndedByType0, value)
