"""The forecast of charge-back on 50 fleets in the simulator: `make test` takes one of them."""

import asyncio
import os
import sys
import time
from pathlib import Path

from tests.bench.report import Figure
from tests.whole import WHOLE

ROOT = Path(__file__).resolve().parents[2]
FLEETS = "tests/cost/test_simulated_fleets.py"


async def every_fleet() -> list[Figure]:
    """How many of the runs over all fleets fail: 0 or 1. Which fleets they are, pytest says."""
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", FLEETS]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env={**os.environ, WHOLE: "1"})
    failed = await process.wait()
    return [
        Figure("forecast_took", "Forecast: 50 fleets, each 90 days ahead", time.monotonic() - began, " s", note=FLEETS),
        Figure(
            "forecast_failed", "  runs with a fleet more than 10 % off that is not known to be", failed, "", (0, False)
        ),
    ]
