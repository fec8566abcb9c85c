from typing import Literal, cast

ListEventsStart = Literal["now", "oldest"]


def check_list_events_start(value: str) -> ListEventsStart:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ListEventsStart, value)
