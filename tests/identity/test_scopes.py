"""A scope takes away from what the person may; it never adds."""

import pytest

from app.identity.tokens.scopes import scope_allows


@pytest.mark.parametrize(
    ("scopes", "may_read", "may_write"),
    [
        (None, True, True),
        ({"access"}, True, True),
        ({"user_impersonation"}, True, True),
        ({"access_as_user"}, True, True),
        ({"read"}, True, False),
        ({"read", "access"}, True, True),
        (set(), False, False),
        ({"openid", "profile"}, False, False),
        ({"Access"}, False, False),
        ({"access read"}, False, False),
    ],
)
def test_a_scope_allows_what_it_says(scopes: set[str] | None, *, may_read: bool, may_write: bool) -> None:
    granted = None if scopes is None else frozenset(scopes)
    assert (scope_allows(granted, is_read=True), scope_allows(granted, is_read=False)) == (may_read, may_write)
