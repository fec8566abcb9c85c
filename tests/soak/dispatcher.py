"""`python -m tests.soak.dispatcher URL FASTER`: forks processes that hand out events and send them until killed.

A line on stdin asks for one; its id is the answer. As with the soak's other workers (workers.py), a process that had to
import everything would be killed before it was up.
"""

import asyncio
import ctypes
import logging
import os
import signal
import sys

import structlog
import uvloop

from app.core.db.database import Database
from app.core.db.notices import EVENTS_CHANNEL
from app.core.db.notify import WORK_CHANNEL, Listener
from app.core.loop import Loop, Pump
from app.core.secret_box import SecretBox
from app.dev.parent_death import PR_SET_PDEATHSIG
from app.webhooks import outgoing
from app.webhooks.outgoing import Outgoing
from app.webhooks.rules import Pace
from app.webhooks.sending.delivering import DeliverLoop, Sending
from app.webhooks.sending.fan_out import FanOutLoop
from app.wiring import event_body
from tests.soak.webhook_pace import paced
from tests.world import SECRETS_KEY

WEBHOOKS = 40
"""Places of one process. A tenant, of which there is one here, gets half of them: three processes share the hundred."""
AT_MOST = WEBHOOKS // 2 * Pace().at_once
"""Requests under way in one process."""


async def dispatch(url: str, faster: float) -> None:
    pace = paced(faster) if faster > 1 else Pace()
    database = Database(url, application_name="holdfast-soak-dispatcher", pool_size=10)
    sending = Sending(database, Outgoing(simulator=True, pace=pace), SecretBox([SECRETS_KEY]), event_body, pace)
    delivering = DeliverLoop(sending, at_once=WEBHOOKS)
    pump = Pump("delivering", delivering.start, delivering.run_once, idle_seconds=1.0, at_once=WEBHOOKS)
    fan_out = Loop("handing_out", FanOutLoop(database).run_once, idle_seconds=1.0)

    def wake(*_: str) -> None:
        pump.wake()
        fan_out.wake()

    listener = Listener(url, channels=(WORK_CHANNEL, EVENTS_CHANNEL), on_notify=wake, on_connect=wake)
    await asyncio.gather(pump.run(), fan_out.run(), listener.run())


def _serve(url: str, faster: float) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    library = ctypes.CDLL(None)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are not waited for
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            library.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            outgoing.USER_AGENT = f"{outgoing.USER_AGENT} {os.getpid()}"  # so that the receivers know who sent
            try:
                uvloop.run(dispatch(url, faster))
            finally:
                os._exit(1)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve(sys.argv[1], float(sys.argv[2]))
