from typing import Literal, cast

YearlyKeepDaysItem = Literal["friday", "monday", "saturday", "sunday", "thursday", "tuesday", "wednesday"]


def check_yearly_keep_days_item(value: str) -> YearlyKeepDaysItem:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(YearlyKeepDaysItem, value)
