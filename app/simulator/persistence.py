"""The world in a file, so that a restarted simulator continues where it was, however it was stopped.

Written before a write is answered: what a caller was told has happened is there after a SIGKILL, too. A world so large
that writing it takes long is written less often, and at the end. Of the rest only the signing key is kept: tokens stay
valid. Planted faults and used-up limits are not.

A pickle that is read names classes and functions to call: only those of the simulator and a few plain ones are.
"""

import asyncio
import hashlib
import io
import json
import os
import pickle
import sys
import time
from collections import deque
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

if TYPE_CHECKING:
    from app.simulator.asgi import Simulator

ticking = time.monotonic
working = time.thread_time
FORMAT = 1
CLOCK = "clock"
SHARE = 0.1
"""Of the time, at most, that goes into writing, unless a world is small."""
SMALL_SECONDS = 0.1
"""Of processor time: a world that takes no longer is always written at once."""
TRIES = 3
"""Writes in a row that must have taken long: one alone may have been slow because of a garbage collection in it."""
PLAIN = {("functools", "partial"), ("collections", "deque"), ("random", "Random"), ("builtins", "set")}


class UnreadableError(Exception):
    """The file holds no world that this simulator can go on with; the message is one line."""


class Keeper:
    """Keeps one simulator's world in one file."""

    def __init__(self, simulator: "Simulator", path: Path) -> None:
        self._simulator = simulator
        self._path = path
        self._settled = -1
        self._took: deque[float] = deque(maxlen=TRIES)
        self._written_at = 0.0
        self._later: asyncio.TimerHandle | None = None

    def load(self) -> bool:
        """Go on with what the file holds; False where there is none. Raises UnreadableError."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise UnreadableError(f"{self._path} cannot be read: {error.strerror}.") from error
        head, _, body = content.partition(b"\n")
        if head != _head(self._simulator):
            raise UnreadableError(f"{self._path} was written by another version of the simulator.")
        try:
            self._simulator.restore(*_Reading(io.BytesIO(body), self._simulator).load())
        except Exception as error:
            raise UnreadableError(f"{self._path} is damaged ({type(error).__name__}).") from error
        return True

    def note(self, *, wrote: bool) -> None:
        """A request was acted on, and is about to be answered. `wrote`: whether it changed anything by itself."""
        if not wrote and self._settled == self._simulator.world.settled:
            return
        left = self._written_at + self._rest() - ticking()
        if left <= 0:
            self.save()
        elif self._later is None:
            self._later = asyncio.get_running_loop().call_later(left, self.save)

    def _rest(self) -> float:
        """Seconds without a write after the last one."""
        least = min(self._took) if len(self._took) == TRIES else 0.0
        return least / SHARE if least > SMALL_SECONDS else 0.0

    @property
    def is_late(self) -> bool:
        """Whether what happened last is still to be written."""
        return self._later is not None

    def save(self) -> None:
        """Write it all: beside the old file, then in its place."""
        if self._later is not None:
            self._later.cancel()
            self._later = None
        began = working()
        body = io.BytesIO()
        _Writing(body, self._simulator).dump(self._simulator.to_keep())
        beside = self._path.with_name(self._path.name + ".new")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(_head(self._simulator) + b"\n" + body.getvalue())
        beside.replace(self._path)
        self._settled, self._written_at = self._simulator.world.settled, ticking()
        self._took.append(working() - began)


class _Writing(pickle.Pickler):
    def __init__(self, file: io.BytesIO, simulator: "Simulator") -> None:
        super().__init__(file, protocol=5)
        self._clock = simulator.clock

    def persistent_id(self, found: Any) -> str | None:
        return CLOCK if found is self._clock else None


class _Reading(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, simulator: "Simulator") -> None:
        super().__init__(file)
        self._clock = simulator.clock

    def persistent_load(self, _: Any) -> Any:
        return self._clock

    def find_class(self, module: str, name: str) -> Any:
        if (module.startswith("app.simulator.") and "." not in name) or (module, name) in PLAIN:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a world")


def _head(simulator: "Simulator") -> bytes:
    """What a world of this simulator is made of: another one's would lack what is looked for later."""
    made_of = sorted(vars(simulator.world))
    for module in sorted(name for name in sys.modules if name.startswith("app.simulator.")):
        for name, found in sorted(vars(sys.modules[module]).items()):
            if isinstance(found, type) and is_dataclass(found) and found.__module__ == module:
                made_of.append(f"{module}.{name}: {[(field.name, str(field.type)) for field in fields(found)]}")
    shape = hashlib.sha256("\n".join(made_of).encode()).hexdigest()
    return json.dumps({"format": FORMAT, "shape": shape}).encode()


def key_as_text(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def key_from_text(text: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(text.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("not an RSA key")
    return key
