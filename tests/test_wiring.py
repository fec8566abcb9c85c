"""What the wiring puts together holds together."""

from unittest.mock import MagicMock

from app.core.settings import Settings
from app.wiring import settle_seconds, works_of


def test_a_kind_whose_write_is_never_sent_twice_has_a_time_for_which_absence_must_last() -> None:
    works = works_of(MagicMock(), MagicMock())
    assert {kind for kind, work in works.items() if work.repeat == "look_first"} == set(
        settle_seconds(Settings(oidc_issuers=()))
    )
