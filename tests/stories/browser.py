"""A real headless Chromium, driven over its DevTools pipe: descriptors 3 and 4, JSON messages with a NUL between."""

import asyncio
import base64
import fcntl
import itertools
import json
import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATIENCE_SECONDS = 60.0
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-proxy-server",
    "--remote-debugging-pipe",
    "--window-size=1280,1600",
)


def find_browser() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Browser:
    """The process and what it says. `said` collects what pages wrote into their consoles and what was blocked."""

    def __init__(self, reader: asyncio.StreamReader, writer: int) -> None:
        self._reader = reader
        self._writer = writer
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._opened = asyncio.Condition()
        self.said: list[str] = []
        self.pages: list[str] = []
        """The sessions of the pages, in the order in which they were opened."""

    async def listen(self) -> None:
        while True:
            message = json.loads((await self._reader.readuntil(b"\0"))[:-1])
            waiting = self._waiting.pop(message.get("id", 0), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(message)
            elif message.get("method") == "Target.targetCreated":
                # Not by auto-attach: a window that a page opens would stand still then, and its opener with it.
                target = message["params"]["targetInfo"]
                if target["type"] == "page":
                    self._tell("Target.attachToTarget", None, {"targetId": target["targetId"], "flatten": True})
            elif message.get("method") == "Target.attachedToTarget":
                async with self._opened:
                    self.pages.append(message["params"]["sessionId"])
                    self._opened.notify_all()
            elif message.get("method") == "Log.entryAdded":
                self.said.append(message["params"]["entry"]["text"])

    async def ask(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """One DevTools command. Raises AssertionError with what the browser has against it."""
        number = self._tell(method, session, parameters)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        async with asyncio.timeout(PATIENCE_SECONDS):
            answer = await self._waiting[number]
        assert "error" not in answer, (method, answer["error"])
        result: dict[str, Any] = answer["result"]
        return result

    def _tell(self, method: str, session: str | None, parameters: dict[str, Any]) -> int:
        """The number under which the answer comes."""
        number = next(self._numbers)
        asked = {"id": number, "method": method, "params": parameters} | ({"sessionId": session} if session else {})
        os.write(self._writer, json.dumps(asked).encode() + b"\0")
        return number

    async def open(self, url: str) -> "Page":
        """In the page that is there from the start."""
        page = await self.page(0)
        await self.ask("Log.enable", page.session)
        await self.ask("Page.navigate", page.session, url=url)
        return page

    async def page(self, number: int) -> "Page":
        """The page opened as the `number`-th, once it is there."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._opened:
            await self._opened.wait_for(lambda: len(self.pages) > number)
        return Page(self, self.pages[number])


class Page:
    """One page. Elements are named by CSS selectors."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self.session = session

    async def run(self, script: str) -> Any:
        """The value of a JavaScript expression. Raises AssertionError when it throws."""
        # As done by a person: only a person may open another window.
        how = {"returnByValue": True, "userGesture": True}
        answer = await self._browser.ask("Runtime.evaluate", self.session, expression=script, **how)
        assert "exceptionDetails" not in answer, (script, answer["exceptionDetails"])
        return answer["result"].get("value")

    async def until(self, script: str) -> Any:
        """Its value, once that is true."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (found := await self.run(script)):  # noqa: ASYNC110 - the page tells nobody when it changes
                await asyncio.sleep(0.05)
        return found

    async def click(self, selector: str) -> None:
        found = f"document.querySelector({json.dumps(selector)})"
        await self.until(f"!!{found}")
        await self.run(f"{found}.click()")

    async def fill(self, selector: str, value: str) -> None:
        """As if typed: frameworks hear of it by the event."""
        found = f"document.querySelector({json.dumps(selector)})"
        await self.until(f"!!{found}")
        await self.run(
            f"(e => {{ Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(e, "
            f"{json.dumps(value)}); e.dispatchEvent(new Event('input', {{bubbles: true}})); "
            f"e.dispatchEvent(new Event('change', {{bubbles: true}})) }})({found})"
        )

    async def picture(self, path: Path) -> None:
        """What is seen of it now, as PNG: for a person who looks."""
        answer = await self._browser.ask("Page.captureScreenshot", self.session, format="png")
        path.write_bytes(base64.b64decode(answer["data"]))

    async def text(self, selector: str) -> str:
        """What the element shows, once it shows something."""
        return str(await self.until(f"(document.querySelector({json.dumps(selector)})?.innerText || '').trim()"))


def _spawn(command: list[str], their_in: int, their_out: int) -> int:
    """The process, leader of a group of its own, with these two descriptors as its 3 and 4."""
    quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
    pipes = [(os.POSIX_SPAWN_DUP2, their_in, 3), (os.POSIX_SPAWN_DUP2, their_out, 4)]
    return os.posix_spawn(command[0], command, dict(os.environ), file_actions=[*quiet, *pipes], setpgroup=0)


@asynccontextmanager
async def running_browser(executable: str, profile: Path) -> AsyncIterator[Browser]:
    """Chromium with a profile of its own, ended with the block."""
    their_in, our_out = os.pipe()
    our_in, their_out = os.pipe()
    # Copies far away from 3 and 4, which the child's own are to become.
    theirs = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 20) for fd in (their_in, their_out)]
    process = _spawn([executable, *_FLAGS, f"--user-data-dir={profile}"], *theirs)
    for fd in (their_in, their_out, *theirs):
        os.close(fd)
    reader = asyncio.StreamReader(limit=64 * 1024 * 1024)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(our_in, "rb"))
    browser = Browser(reader, our_out)
    listening = asyncio.create_task(browser.listen())
    try:
        await browser.ask("Target.setDiscoverTargets", discover=True)
        yield browser
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        os.killpg(process, signal.SIGKILL)
        await asyncio.to_thread(os.waitpid, process, 0)
        transport.close()
        os.close(our_out)
