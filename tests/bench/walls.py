"""What row-level security costs: accepting and listing with the walls up and down, in rounds that alternate.

Everything else stays as it is, the tenant named at the beginning of every transaction included: that rides along with
BEGIN and costs no round trip.
"""

from collections.abc import Mapping, Sequence

import psycopg
from psycopg import sql

from tests.bench.accepting import Contender, Contenders, Round, ratio, take_turns
from tests.bench.caller import request_bytes
from tests.bench.report import Figure
from tests.bench.stack import Api, Bench, Process


class Walls:
    """The contenders `accept` and `list`, each with the walls up and `_open` with the walls down."""

    def __init__(self, made: Bench, process: Process, api: Api, items: Sequence[str]) -> None:
        self._url = made.database_url
        self._contenders = Contenders(made, process, process, api, items)
        self._page = request_bytes("GET", "/v1/jobs?limit=50", api.headers, None)
        self._process = process

    def all(self) -> dict[str, Contender]:
        accept = self._contenders.all()["accept"]
        return {
            "accept_walled": self._with_walls(accept, up=True),
            "accept_open": self._with_walls(accept, up=False),
            "list_walled": self._with_walls(self._list, up=True),
            "list_open": self._with_walls(self._list, up=False),
        }

    async def _list(self, seconds: float) -> Round:
        return await self._contenders.measured(self._process, seconds, lambda: self._page, status=200)

    def _with_walls(self, contender: Contender, *, up: bool) -> Contender:
        async def run(seconds: float) -> Round:
            set_walls(self._url, up=up)
            try:
                return await contender(seconds)
            finally:
                set_walls(self._url, up=True)

        return run


def set_walls(database_url: str, *, up: bool) -> None:
    """Row-level security of every table that has a policy: in force, or not."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        for (table,) in connection.execute("SELECT DISTINCT tablename FROM pg_policies").fetchall():
            state = sql.SQL("ENABLE" if up else "DISABLE")
            connection.execute(sql.SQL("ALTER TABLE {} {} ROW LEVEL SECURITY").format(sql.Identifier(table), state))


async def measure_walls(
    made: Bench, process: Process, api: Api, items: Sequence[str], *, rounds: int, seconds: float
) -> dict[str, list[Round]]:
    return await take_turns(Walls(made, process, api, items).all(), rounds=rounds, seconds=seconds)


def walls_figures(rounds: Mapping[str, Sequence[Round]]) -> list[Figure]:
    accept = ratio(rounds["accept_walled"], rounds["accept_open"])
    pages = ratio(rounds["list_walled"], rounds["list_open"])
    return [
        Figure("walls_accept_ratio", "accepted POSTs with row-level security / without", accept, "", (0.9, True)),
        Figure("walls_list_ratio", "pages of /v1/jobs with row-level security / without", pages, "", (0.9, True)),
    ]
