from typing import Literal, cast

WeeklyScheduleDaysItem = Literal["friday", "monday", "saturday", "sunday", "thursday", "tuesday", "wednesday"]


def check_weekly_schedule_days_item(value: str) -> WeeklyScheduleDaysItem:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(WeeklyScheduleDaysItem, value)
