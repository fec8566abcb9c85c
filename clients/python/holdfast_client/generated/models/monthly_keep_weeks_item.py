from typing import Literal, cast

MonthlyKeepWeeksItem = Literal["first", "fourth", "last", "second", "third"]


def check_monthly_keep_weeks_item(value: str) -> MonthlyKeepWeeksItem:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(MonthlyKeepWeeksItem, value)
