from typing import Literal, cast

MonthlyKeepDaysItem = Literal["friday", "monday", "saturday", "sunday", "thursday", "tuesday", "wednesday"]


def check_monthly_keep_days_item(value: str) -> MonthlyKeepDaysItem:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(MonthlyKeepDaysItem, value)
