from typing import Literal, cast

WeeklyKeepDaysItem = Literal["friday", "monday", "saturday", "sunday", "thursday", "tuesday", "wednesday"]


def check_weekly_keep_days_item(value: str) -> WeeklyKeepDaysItem:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(WeeklyKeepDaysItem, value)
