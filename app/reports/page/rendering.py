"""Renders the page and the notes around it. The page runs no script and loads nothing.

Its one style sheet is named by its hash, so that nothing that got into the page by mistake is a style, and a script
even less. The answer says: not to be kept, not to be framed, and no address of it is told to another site.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template

from app.reports.page import view, wording
from app.reports.page.view import View

_TEMPLATES: Final = files("app.reports.page") / "templates"
_UNSEEN: Final = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
"""Control characters, and those that are not seen or turn the direction of the text around."""


def visible(text: object) -> str:
    """The text, with characters that are not seen or turn its direction around written as their code."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", str(text))


def _read(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_read),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value if hasattr(value, "__html__") else visible(value),
    )
    environment.globals |= {"outcomes": wording.OUTCOMES, "style": _read("style.css")}
    environment.filters |= {"moment": view.time_text}
    return environment


@cache
def _template(name: str) -> Template:
    return _environment().get_template(name)


def render_page(shown: View) -> str:
    return _template("daily.html.j2").render(view=shown, head=shown.head, totals=shown.head["totals"])


def render_template(name: str, **values: object) -> str:
    """Another report's page, of a template in this folder."""
    return _template(name).render(**values)


def render_note(title: str, text: str) -> str:
    """A page of one sentence, for a link that leads nowhere."""
    return _template("note.html.j2").render(title=title, text=text)


@cache
def page_headers() -> Mapping[str, str]:
    """The headers of all pages. `no-referrer` and `no-store` stand on every answer of the API; here they must."""
    digest = base64.b64encode(hashlib.sha256(_read("style.css").encode()).digest()).decode()
    policy = ("default-src 'none'", f"style-src 'sha256-{digest}'", "base-uri 'none'", "form-action 'none'")
    return {
        "Content-Security-Policy": "; ".join((*policy, "frame-ancestors 'none'")),
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow",
    }
