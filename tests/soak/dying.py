"""R2: a worker is killed at every await of every part of everything that it does (tests/jobs/failpoints.py)."""

import sys
import time
from urllib.parse import urlsplit

import psycopg
import structlog
from cryptography.hazmat.primitives.asymmetric import rsa
from psycopg import sql

from app.core.db.database import migrate
from tests.bench.report import Figure
from tests.jobs.failpoints import Ground, Tally, ground, walk
from tests.jobs.walks import WALKS
from tests.world import open_world

DATABASE = "r2"
"""Of its own: the soak's other database shortens leases, and here nobody waits for one."""
FEWEST = 10
"""Kills of one part: where a look is over after fewer awaits, it had nothing to do."""


async def die_at_every_await(database_url: str, *, stride: int = 1) -> list[Figure]:
    url = _database_beside(database_url)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    began = time.monotonic()
    configured = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    try:
        async with open_world(url, key) as world, ground(world) as made:
            tallies = [await _walked(made, part, stride) for part in WALKS]
    finally:
        structlog.configure(**configured)
    return _figures(tallies, time.monotonic() - began)


async def _walked(ground: Ground, part: str, stride: int) -> Tally:
    """And told: all of them take half an hour, and what was found is not to be lost with what comes after it."""
    tally = await walk(ground, part, WALKS[part], stride=stride)
    sys.stderr.write(f"R2: {tally}\n")
    return tally


def _database_beside(database_url: str) -> str:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    url = urlsplit(database_url)._replace(path=f"/{DATABASE}").geturl()
    migrate(url)
    return url


def _figures(tallies: list[Tally], took: float) -> list[Figure]:
    kills = sum(tally.kills for tally in tallies)
    at = {
        name: {t.part: getattr(t, name) for t in tallies if getattr(t, name)} for name in ("doubled", "lost", "stuck")
    }
    counts = {name: sum(len(steps) for steps in found.values()) for name, found in at.items()}
    return [
        Figure("r2_kills", "R2 kills, one at every await", kills, "", (1, True), f"{len(tallies)} parts; {took:.0f} s"),
        *(
            Figure(f"r2_part_{number}", f"  part {number}", tally.kills, "", (FEWEST, True), tally.part)
            for number, tally in enumerate(tallies, 1)
        ),
        *(
            Figure(f"r2_{name}", f"  {name}", count, "", (0, False), str(at[name]) if count else "")
            for name, count in counts.items()
        ),
    ]
