"""`holdfast` in a process that reads the wrong time of day: `python -m tests.wrong_clock SECONDS worker`.

time-machine changes what Python's own functions do, in C: time.time, time_ns, clock_gettime(CLOCK_REALTIME), localtime,
datetime.now, for every module that has them, whenever it was imported: the standard library, packages, ours. It
leaves the monotonic clocks alone, as setting a machine's clock does. Code that asks the kernel without Python is out
of its reach: that is uuid_utils here (Rust), which is told the time. (OpenSSL is another; nothing here speaks TLS.)
"""

import datetime as dt
import sys
import time
from uuid import UUID

import time_machine
import uuid_utils.compat as uuids


def arguments(seconds: float, *command: str) -> list[str]:
    """Behind `python`: that command of holdfast, its clock so many seconds fast (below 0: slow)."""
    return ["-m", "tests.wrong_clock", str(seconds), *command]


def set_wrong(seconds: float) -> None:
    """Raises RuntimeError where the clocks do not do as they are told."""
    wall, ticks = time.time(), time.monotonic()
    time_machine.travel(dt.timedelta(seconds=seconds)).start()
    if abs(time.time() - wall - seconds) > 1 or not 0 <= time.monotonic() - ticks < 1:
        raise RuntimeError("the clock of this process is not as wrong as it should be")
    made = uuids.uuid7

    def uuid7() -> UUID:
        return made(nanoseconds=time.time_ns())

    vars(uuids)["uuid7"] = uuid7


def main(seconds: str, *command: str) -> None:
    set_wrong(float(seconds))
    from app.cli import cli  # noqa: PLC0415 - nothing of ours is there before the clock is wrong

    cli(list(command))


if __name__ == "__main__":
    main(*sys.argv[1:])
