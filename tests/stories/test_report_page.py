"""The page of a daily report in a real Chromium: at 1280 and 420 pixels, and printed. Skipped where there is none."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.reports.page.rendering import page_headers, render_page
from tests.reports.made_pages import everything, shown
from tests.whole import only_whole

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
FRAME = """<!doctype html><iframe id="page" src="page.html" width="{width}" height="2000"></iframe><script>
addEventListener("load", () => {{
  const page = document.getElementById("page").contentDocument, body = page.documentElement;
  const hidden = [...page.querySelectorAll("h1, h2, td, li")].filter((one) => one.getBoundingClientRect().width === 0);
  const style = getComputedStyle(page.querySelector("main")).maxWidth;
  document.title = `${{body.scrollWidth}} ${{hidden.length}} ${{page.querySelectorAll("svg use").length}} ${{style}}`;
}});
</script>"""


def chromium(place: Path, *arguments: str) -> str:
    assert CHROMIUM is not None
    command = [CHROMIUM, *QUIET, f"--user-data-dir={place / 'profile'}", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


@only_whole
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
def test_a_browser_shows_the_whole_page_and_runs_nothing_of_it(tmp_path: Path) -> None:
    policy = page_headers()["Content-Security-Policy"].replace("; frame-ancestors 'none'", "")
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    text = render_page(shown(everything())).replace("<head>", f"<head>{meta}", 1)
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    for width in (1280, 420):
        frame = tmp_path / f"frame-{width}.html"
        frame.write_text(FRAME.format(width=width), encoding="utf-8")
        dom = chromium(tmp_path, "--allow-file-access-from-files", "--dump-dom", frame.as_uri())
        found = re.search(r"<title>(\d+) (\d+) (\d+) (\w+)</title>", dom)
        assert found, dom[:2000]
        wide, hidden, marks = map(int, found.groups()[:3])
        assert found[4] == "960px", "the policy refuses the page's own style"
        assert wide <= width, f"it scrolls sideways at {width} pixels"
        assert hidden == 0
        assert marks > 2000
    dom = chromium(tmp_path, "--dump-dom", (tmp_path / "page.html").as_uri())
    assert "<title>Backups of 2026-06-15</title>" in dom
    assert "<script" not in dom
    assert "<img" not in dom
    chromium(tmp_path, f"--print-to-pdf={tmp_path / 'page.pdf'}", (tmp_path / "page.html").as_uri())
    pages = len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "page.pdf").read_bytes()))
    assert 3 <= pages <= 20
