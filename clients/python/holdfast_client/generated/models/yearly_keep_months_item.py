from typing import Literal, cast

YearlyKeepMonthsItem = Literal[
    "april",
    "august",
    "december",
    "february",
    "january",
    "july",
    "june",
    "march",
    "may",
    "november",
    "october",
    "september",
]


def check_yearly_keep_months_item(value: str) -> YearlyKeepMonthsItem:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(YearlyKeepMonthsItem, value)
