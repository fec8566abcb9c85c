"""The tamper alarm: sequences of outside actions through Azure's own SDK, drawn by a seed; what one sweep finds."""

import sys
import time

from cryptography.hazmat.primitives.asymmetric import rsa

from tests.bench.report import Figure
from tests.database import cloned, server_place
from tests.estate.sequences import Outcome, drawn
from tests.jobs.postgres import own_postgres
from tests.world import open_world

SEQUENCES = 30
"""Of each sort, for a seed."""
LEAST_FOUND = 29 / 30


async def tampered(*, seeds: int) -> list[Figure]:
    """Each sequence in a world of its own."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    began, attacks, benign = time.monotonic(), list[Outcome](), list[Outcome]()
    with server_place("soak") as place, own_postgres(place) as postgres:
        for seed in range(1, seeds * SEQUENCES + 1):
            for is_attack, outcomes in ((True, attacks), (False, benign)):
                with cloned(postgres.url) as url:
                    async with open_world(url, key) as world:
                        outcome = await drawn(world, seed, attacks=is_attack)
                outcomes.append(outcome)
                if outcome.missed or outcome.false:
                    sys.stdout.write(f"  seed {seed}: {outcome}\n")
    weakening = [one for one in attacks if one.expected]
    found = sum(not one.missed for one in weakening)
    false = sum(bool(one.false) for one in (*attacks, *benign))
    share = found / len(weakening) if weakening else 0.0
    return [
        Figure("tamper_attacks", "Tamper: sequences that weaken something", float(len(weakening)), ""),
        Figure("tamper_found", "  found whole in one sweep", share * 100, " %", (LEAST_FOUND * 100, True)),
        Figure("tamper_benign", "  sequences that weaken nothing", float(len(benign)), ""),
        Figure("tamper_false", "  alarms that are false", float(false), "", (0, False)),
        Figure("tamper_took", "  took", time.monotonic() - began, " s"),
    ]
