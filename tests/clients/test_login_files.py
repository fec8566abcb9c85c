"""The file of logins of holdfastctl: broken, or where it cannot be written."""

import json
import os
from pathlib import Path

import pytest

from holdfast_client.cli import settings
from holdfast_client.cli.options import Stop


@pytest.mark.parametrize(
    "content",
    ["{", "[]", '{"servers": {"https://x": {"login": {"issuer": 1}}}}', '{"servers": []}', "\x00"],
)
def test_a_broken_file_of_logins_counts_as_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str) -> None:
    file = tmp_path / "servers.json"
    monkeypatch.setenv("HOLDFAST_CTL_FILE", str(file))
    file.write_text(content, encoding="utf-8")
    assert settings.read() == (None, {})
    assert str(file) in settings.broken()
    settings.save("https://x", settings.Server("home", None))
    assert settings.read() == ("https://x", {"https://x": settings.Server("home", None)})
    assert json.loads(file.read_text(encoding="utf-8"))["last"] == "https://x"
    assert file.stat().st_mode & 0o077 == 0


def test_a_file_that_cannot_be_written_is_said_before_signing_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("HOLDFAST_CTL_FILE", os.fspath(tmp_path / "file" / "servers.json"))  # no folder: also for root
    with pytest.raises(Stop, match="cannot be kept") as stop:
        settings.check_writable()
    assert "HOLDFAST_CTL_FILE" in (stop.value.remedy or "")
