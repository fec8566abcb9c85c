"""The simulator as a real process on a loopback socket, for tests that need sockets, TLS or signals."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def running_simulator(*arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """(URL, process) of `python -m app.simulator --port 0 ...`, ready; gone after the block."""
    command = [sys.executable, "-m", "app.simulator", "--port", "0", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("simulator ready at http"), line
        yield line.split()[-1], process
    finally:
        process.kill()
        process.communicate()
