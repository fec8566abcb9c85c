"""Which processes exist: by what they were started with, never by a broad name."""

import time
from pathlib import Path


def started_with(text: str) -> dict[int, str]:
    """Living processes whose command line or environment contains `text`: id -> command line."""
    found = {}
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            command = (process / "cmdline").read_bytes()
            if text.encode() in command + b"\0" + (process / "environ").read_bytes():
                found[int(process.name)] = command.replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:  # ended meanwhile, or of another user: none of ours
            continue
    return {pid: command for pid, command in found.items() if command}  # a zombie has no command line


def left_after(seconds: float, text: str) -> dict[int, str]:
    """What `started_with(text)` still finds when it finds nothing more, or after `seconds`."""
    deadline = time.monotonic() + seconds
    while (left := started_with(text)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left
