"""The TypeScript client: it compiles strictly, its README runs, and its portal page works in a real Chromium."""

import asyncio
import os
import re
import shutil
import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.clients.served import served
from tests.stories.browser import Page, find_browser, running_browser
from tests.whole import only_whole
from tests.world import World, open_world

FOLDER = Path(__file__).resolve().parents[2] / "clients" / "typescript"
COMPILER = FOLDER / "node_modules" / ".bin" / "tsc"
README = FOLDER / "readme" / "readme.ts"
"""Written by the test: the blocks of README.md, one after the other."""

needs_node = pytest.mark.skipif(
    not (shutil.which("node") and COMPILER.exists()) and not os.environ.get("CI"),
    reason="there is no node here, or clients/typescript/node_modules is missing (npm ci)",
)


def build() -> None:
    """Client, examples and README, as `npm run build` compiles them: strictly, to dist."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```ts\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 4
    README.parent.mkdir(exist_ok=True)
    README.write_text("\n".join(blocks), encoding="utf-8")
    built = subprocess.run([str(COMPILER), "-p", "."], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout


@needs_node
@only_whole
async def test_the_readme_runs_as_it_is_written(world: World) -> None:
    await world.back_up(await world.item())
    await asyncio.to_thread(build)
    async with served(world) as server:
        process = await asyncio.create_subprocess_exec(
            "node",
            str(FOLDER / "dist" / "readme" / "readme.js"),
            env={**os.environ, "HOLDFAST_API": server.url, "HOLDFAST_TOKEN": world.token()},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        async with asyncio.timeout(120):
            said, _ = await process.communicate()
    shown = said.decode()
    assert process.returncode == 0, shown
    assert "restore succeeded" in shown
    assert "404 job_not_found" in shown
    assert [trigger["kind"] for trigger in world.triggers] == ["backup", "restore"], "each request was carried out once"


def test_the_portal_page_is_short() -> None:
    assert len((FOLDER / "examples" / "portal.ts").read_text(encoding="utf-8").splitlines()) <= 100


@needs_node
@only_whole
@pytest.mark.skipif(find_browser() is None and not os.environ.get("CI"), reason="there is no Chromium on this machine")
async def test_the_portal_page_protects_restores_and_shows_it_live(
    database_url: str, signing_key: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    await asyncio.to_thread(build)
    pages = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(FOLDER)))
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{pages.server_port}"
    try:
        async with open_world(database_url, signing_key, cors_origins=(origin,)) as world:
            await world.vault()
            async with served(world) as server, running_browser(str(find_browser()), tmp_path) as browser:
                page = await browser.open(f"{origin}/examples/portal.html")
                await use(page, server.url, world.token())
                # The page's icon, and the token that is refused at the end.
                assert {line.rpartition("status of ")[2][:3] for line in browser.said} <= {"404", "401"}, browser.said
            assert [trigger["kind"] for trigger in world.triggers] == ["backup", "restore"]
    finally:
        pages.shutdown()
        pages.server_close()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


async def use(page: Page, url: str, token: str) -> None:
    """As a person does: sign in, protect a VM, back it up, restore its disks; each is followed on the page."""
    await page.fill("input[name=url]", url)
    await page.fill("input[name=token]", token)
    await page.until("document.querySelector('#show').disabled === false")  # its script is there
    await page.click("#show")
    await page.until(
        "document.querySelectorAll('#vms tr').length === 3 || document.querySelector('#problem').innerText"
    )
    assert await page.run("document.querySelector('#problem').innerText") == ""
    await press(page, "#vms", "vm-web-01", "Protect")
    await page.until("document.querySelector('#jobs').innerText.includes('protect succeeded')")
    await page.until("document.querySelectorAll('#vms tr').length === 2")
    await press(page, "#items", "vm-web-01", "Back up")
    await page.until("document.querySelector('#jobs').innerText.includes('backup succeeded')")
    await press(page, "#items", "vm-web-01", "Restore disks")
    await page.until("document.querySelector('#jobs').innerText.includes('restore succeeded')")
    assert await page.run("document.querySelector('#problem').textContent") == ""
    # What goes wrong is shown with what to do.
    await page.fill("input[name=token]", "no-token")
    await page.click("#show")
    assert "token" in await page.text("#problem")


async def press(page: Page, table: str, name: str, label: str) -> None:
    found = (
        f"[...document.querySelectorAll('{table} tr')].filter(row => row.innerText.includes('{name}'))"
        f".flatMap(row => [...row.querySelectorAll('button')]).find(button => button.textContent === '{label}')"
    )
    await page.until(f"!!{found}")
    await page.run(f"{found}.click()")
