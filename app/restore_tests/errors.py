"""Errors of restore tests."""

from app.core.errors import Conflict, NotFound, Unauthenticated, Unprocessable


class RestoreTestNotFound(NotFound):
    """There is no such restore test."""

    code = "restore_test_not_found"


class RestoreTestRunNotFound(NotFound):
    """There is no such run of a restore test."""

    code = "restore_test_run_not_found"


class RestoreTestNotValid(Unprocessable):
    """The restore test is not valid."""

    code = "restore_test_not_valid"


class NothingSelected(NotFound):
    """The selector matches nothing that can be restored."""

    code = "nothing_selected"


class RestoreTestRuns(Conflict):
    """The restore test has runs that have not ended."""

    code = "restore_test_runs"


class VerdictClosed(Conflict):
    """There is a verdict already, or the time for it is over."""

    code = "verdict_closed"


class TokenNotValid(Unauthenticated):
    """This is not the token of the check."""

    code = "verdict_token_not_valid"
