"""The tests' own ground: each test has a database that nobody else sees."""

import psycopg
import pytest


@pytest.mark.parametrize("turn", range(4))
def test_a_test_starts_with_an_empty_database_of_its_own(database_url: str, turn: int) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE left_behind (turn integer)")
        connection.execute("INSERT INTO left_behind VALUES (%s)", (turn,))
        assert connection.execute("SELECT turn FROM left_behind").fetchall() == [(turn,)]


def test_the_database_is_at_the_newest_schema(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)


def test_the_database_speaks_utf_8_whatever_the_locale_of_the_caller(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
