"""The docs page in a real browser: Authorize, then call the API, with the page's own policy in force.

Nothing is mocked: a simulator process, the API on a socket, Chromium. Without a Chromium there is nothing to show.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn

from app.core.settings import Settings
from app.dev.sample import process
from app.identity.access.permissions import PLATFORM_ADMIN, ROLES
from app.main import create_app
from tests.bench.keys import EVIDENCE_KEY, SECRETS_KEY
from tests.simulator.process import running_simulator
from tests.stories.browser import Browser, Page, find_browser, running_browser
from tests.whole import only_whole

EXECUTABLE = find_browser()
pytestmark = pytest.mark.skipif(EXECUTABLE is None, reason="no Chromium is installed")
TENANT_PATH = "/11111111-1111-1111-1111-111111111111/v2.0"
LIST_JOBS = "#operations-jobs-list_jobs"
TWO_SCREENS = 2 * 1080
"""Pixels."""
LONGEST = (
    "jobs-list_jobs",
    "policies-put_policy",
    "protected_items-change_protected_item",
    "vaults-update_vault",
    "restores-tear_down_restore",
    "protected_items-list_protected_items",
    "restores-create_restore",
)
"""The five tallest when all were measured (each takes some seconds), and two that were the tallest before."""
AUTHORIZE = ".modal-ux .auth-container:has({}) .auth-btn-wrapper .authorize"


@dataclass
class Shown:
    browser: Browser
    page: Page
    settings: Settings


@pytest.fixture
async def shown(database_url: str, tmp_path: Path) -> AsyncIterator[Shown]:
    """The docs page of a running API, in a browser."""
    assert EXECUTABLE is not None
    with running_simulator() as (simulator, _), socket.create_server(("127.0.0.1", 0)) as listening:
        settings = Settings(
            database_url=database_url,
            simulator=True,
            arm_url=simulator,
            oidc_issuers=(simulator + TENANT_PATH,),
            secrets_keys=SECRETS_KEY,
            evidence_keys=EVIDENCE_KEY,
        )
        server = uvicorn.Server(uvicorn.Config(create_app(settings), log_config=None, access_log=False))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            async with running_browser(EXECUTABLE, tmp_path / "profile") as browser:
                page = await browser.open(f"http://127.0.0.1:{listening.getsockname()[1]}/docs")
                await page.click(".scheme-container .btn.authorize")
                yield Shown(browser, page, settings)
        finally:
            server.should_exit = True
            await serving


async def call_the_api(page: Page) -> tuple[str, str]:
    """(status, body) that the page shows after `list_jobs` was executed."""
    await page.click(".modal-ux .close-modal")
    await page.click(f"{LIST_JOBS} .opblock-summary-control")
    await page.click(f"{LIST_JOBS} .btn.execute")
    status = await page.text(f"{LIST_JOBS} .live-responses-table tbody .response-col_status")
    return status, await page.text(f"{LIST_JOBS} .live-responses-table tbody .response-col_description")


def blocked(browser: Browser) -> list[str]:
    return [text for text in browser.said if "Content Security Policy" in text]


async def ticked(page: Page, flow: str) -> set[str]:
    """The scopes that the dialogue shows ticked for a flow."""
    end = f"-{flow}-checkbox-oauth2"
    boxes = f"[...document.querySelectorAll('.modal-ux input[id$=\"{end}\"]')]"
    await page.until(f"{boxes}.length > 0")
    found = await page.run(f"{boxes}.filter(box => box.checked).map(box => box.id)")
    return {str(one).removesuffix(end) for one in found}


async def has_authorized(page: Page) -> None:
    await page.until("document.querySelector('.modal-ux')?.innerText.includes('Logout')")


async def test_an_application_authorizes_with_its_secret_alone_and_calls(shown: Shown, tmp_path: Path) -> None:
    page = shown.page
    assert await ticked(page, "clientCredentials") == {"api://holdfast/.default", *ROLES, PLATFORM_ADMIN}
    await page.picture(tmp_path / "authorize.png")
    await page.click(AUTHORIZE.format("#client_secret_clientCredentials"))
    await has_authorized(page)
    status, body = await call_the_api(page)
    assert status.startswith("200")
    assert '"items"' in body
    assert blocked(shown.browser) == []


async def test_a_person_signs_in_with_pkce_ticks_nothing_and_calls(shown: Shown) -> None:
    page = shown.page
    await page.click(AUTHORIZE.format("#client_secret_authorizationCode"))
    sign_in = await shown.browser.page(1)
    await sign_in.fill('input[name="login_hint"]', "mona@contoso.example")
    await sign_in.click("form button")
    await has_authorized(page)
    status, body = await call_the_api(page)
    assert status.startswith("200")
    assert '"items"' in body
    assert blocked(shown.browser) == []


@only_whole
async def test_the_examples_of_create_vault_and_create_restore_are_executed_as_they_are_shown(shown: Shown) -> None:
    await process.run(shown.settings, 1.0)
    page = shown.page
    await page.click(AUTHORIZE.format("#client_secret_clientCredentials"))
    await has_authorized(page)
    await page.click(".modal-ux .close-modal")
    for place in ("#operations-vaults-create_vault", "#operations-restores-create_restore"):
        await page.click(f"{place} .opblock-summary-control")
        await page.click(f"{place} .btn.execute")
        status = await page.text(f"{place} .live-responses-table tbody .response-col_status")
        assert status.startswith("202"), place


async def test_who_has_not_authorized_is_told_so(shown: Shown) -> None:
    status, body = await call_the_api(shown.page)
    assert status.startswith("401")
    assert "token_missing" in body


@only_whole
async def test_an_opened_operation_fits_on_two_screens(shown: Shown, tmp_path: Path) -> None:
    page = shown.page
    await page.click(".modal-ux .close-modal")
    heights = {}
    for name in LONGEST:
        shown_as = f"#operations-{name}"
        await page.click(f"{shown_as} .opblock-summary-control")
        await page.text(f"{shown_as} .responses-inner")
        await page.run(f"document.querySelector('{shown_as}').scrollIntoView()")
        heights[name] = await page.run(f"document.querySelector('{shown_as}').getBoundingClientRect().height")
        await page.picture(tmp_path / f"{name}.png")
        await page.click(f"{shown_as} .opblock-summary-control")
    assert {name: height for name, height in heights.items() if height > TWO_SCREENS} == {}
