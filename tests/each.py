"""One check of many values as one test: pytest needs milliseconds for each test, also for one that takes none."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


def each(values: Iterable[Any]) -> Callable[[Callable[[T], None]], Callable[[], None]]:
    """Call the test with each value, and fail with all that failed."""
    each_one = list(values)

    def over(check: Callable[[T], None]) -> Callable[[], None]:
        def test() -> None:
            wrong = []
            for value in each_one:
                try:
                    check(value)
                except AssertionError as error:
                    wrong.append(f"{value}: {error}")
            assert each_one, "there is nothing to check"
            assert not wrong, "\n".join(wrong)

        test.__name__, test.__doc__, test.__module__ = check.__name__, check.__doc__, check.__module__
        return test

    return over
