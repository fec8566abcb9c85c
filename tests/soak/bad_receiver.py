"""`python -m tests.soak.bad_receiver FILE LOG SEED`: receivers in a process of their own: they fail, hang, are dead.

FILE: JSON, the secret of each receiver. LOG: a line for each request that came whole: the receiver, the id, whether the
signature verifies, the answer, the time, and the process that sent it (dispatcher.py names it). It knows nothing of
Holdfast but the reference library of Standard Webhooks.
"""

import asyncio
import json
import random
import sys
import time
from pathlib import Path
from typing import TextIO

import uvloop
from standardwebhooks import WebhookVerificationError

from tests.webhooks.receiver import Got, Receiver, Reply

FAILS, HANGS, DEAD = 0.30, 0.05, 0.40
HANG_SECONDS = 10.0
CYCLE_SECONDS = 10.0


class Bad:
    """One receiver."""

    def __init__(self, number: int, secret: str, log: TextIO, luck: random.Random) -> None:
        self._number = number
        self._secret = secret
        self._log = log
        self._luck = luck
        self.receiver = Receiver(self.answer)

    async def answer(self, got: Got) -> Reply:
        drawn = self._luck.random()
        try:
            got.verify(self._secret)
            is_signed = True
        except WebhookVerificationError:
            is_signed = False
        said = "hung" if drawn < HANGS else "failed" if drawn < HANGS + FAILS else "accepted"
        sender = got.headers["user-agent"].rpartition(" ")[2]
        self._log.write(f"{self._number} {got.id} {int(is_signed)} {said} {time.time():.6f} {sender}\n")
        if said == "hung":
            await asyncio.sleep(HANG_SECONDS)
        return Reply(500 if said == "failed" else 204)

    async def live(self) -> None:
        """Up for 60 % of each cycle, dead for the rest; each receiver begins elsewhere in it."""
        await asyncio.sleep(self._luck.random() * CYCLE_SECONDS)
        while True:
            self.receiver.go_down()
            await asyncio.sleep(DEAD * CYCLE_SECONDS)
            await self.receiver.come_up()
            await asyncio.sleep((1 - DEAD) * CYCLE_SECONDS)


async def serve(secrets: list[str], log: TextIO, seed: int) -> None:
    bad = [Bad(number, secret, log, random.Random(seed + number)) for number, secret in enumerate(secrets)]  # noqa: S311
    for one in bad:
        await one.receiver.come_up()
    sys.stdout.write(json.dumps([one.receiver.port for one in bad]) + "\n")
    sys.stdout.flush()
    await asyncio.gather(*(one.live() for one in bad))


if __name__ == "__main__":
    with Path(sys.argv[2]).open("w", buffering=1, encoding="utf-8") as written:
        uvloop.run(serve(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), written, int(sys.argv[3])))
