from typing import Literal, cast

YearlyKeepWeeksItem = Literal["first", "fourth", "last", "second", "third"]


def check_yearly_keep_weeks_item(value: str) -> YearlyKeepWeeksItem:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(YearlyKeepWeeksItem, value)
