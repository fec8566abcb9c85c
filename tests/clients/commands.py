"""Runs holdfastctl as a process: with pipes, or under a pseudo-terminal as a person would."""

import asyncio
import os
import pty
import re
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

COMMAND = Path(sys.executable).parent / "holdfastctl"
PATIENCE_SECONDS = 60.0
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Of a laptop: nothing of the server's settings, and a file of logins of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
    return kept | {"HOLDFAST_CTL_FILE": str(folder / "servers.json"), "TERM": "xterm", "COLUMNS": "160"} | more


async def run(arguments: list[str], env: dict[str, str]) -> Ran:
    """With pipes and no terminal."""
    process = await asyncio.create_subprocess_exec(
        str(COMMAND), *arguments, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    async with asyncio.timeout(PATIENCE_SECONDS):
        out, err = await process.communicate()
    return Ran(process.returncode or 0, out.decode(), err.decode())


class Terminal:
    """The command under a pseudo-terminal: what it shows, and what is typed."""

    def __init__(self, arguments: list[str], env: dict[str, str]) -> None:
        self.shown = ""
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(
            [str(COMMAND), *arguments], env=env, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        )
        os.close(theirs)

    def until(self, wanted: str) -> "re.Match[str]":
        """Reads until the pattern is shown. Raises AssertionError with all that was."""
        ends_at = time.monotonic() + PATIENCE_SECONDS
        while (found := re.search(wanted, self.shown)) is None:
            assert time.monotonic() < ends_at, self.shown
            assert self._read(0.2), f"{wanted!r} was not shown:\n{self.shown}"
        return found

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def interrupt(self) -> None:
        """Ctrl-C, as the terminal sends it."""
        self._process.send_signal(2)

    def end(self) -> int:
        """Its exit code, with everything it showed read."""
        while self._read(0.2):
            pass
        code = self._process.wait(PATIENCE_SECONDS)
        os.close(self._ours)
        return code

    def _read(self, seconds: float) -> bool:
        """Whether more may come."""
        ready, _, _ = select.select([self._ours], [], [], seconds)
        if not ready:
            return self._process.poll() is None
        try:
            new = os.read(self._ours, 65536)
        except OSError:  # Linux: the other side is closed
            return False
        self.shown += _ESCAPES.sub("", new.decode("utf-8", "replace"))
        return bool(new)
