"""The OpenAPI document as this deployment serves it, and Swagger UI from our own tree, where no CDN can be reached."""

import base64
import hashlib
import re
from importlib.resources import files
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html, get_swagger_ui_oauth2_redirect_html
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from app.core.settings import Settings
from app.identity.access.admission import admit
from app.identity.access.services import access_services_of
from app.identity.tokens.keys import Endpoints
from app.openapi import preselected_scopes, served

OAUTH2_REDIRECT = "/docs/oauth2-redirect"
COMPACT = """
.swagger-ui .opblock-body td, .swagger-ui .opblock-body th { padding: 3px 0 !important; }
.swagger-ui .opblock-section-header { min-height: 32px; padding: 2px 20px; }
.swagger-ui .opblock-description-wrapper, .swagger-ui .responses-inner,
.swagger-ui .execute-wrapper { padding: 6px 20px; }
.swagger-ui .parameters-container .parameters { margin: 0; }
.swagger-ui .parameter__name, .swagger-ui .parameter__type { display: inline; padding: 0 6px 0 0; }
.swagger-ui .parameter__in, .swagger-ui .parameters-col_description .renderedMarkdown p { display: inline; margin: 0; }
.swagger-ui .parameters-col_description input, .swagger-ui .parameters-col_description select { margin: 0; }
.swagger-ui .parameters-col_name { width: 32%; }
.swagger-ui .parameters-col_name > * { display: inline !important; white-space: nowrap; }
.swagger-ui .parameters-col_description > .renderedMarkdown { display: inline-block; min-width: 50%; padding: 0; }
.swagger-ui .parameters-col_description > input, .swagger-ui .parameters-col_description > select
  { display: inline-block; width: auto; padding: 4px 8px; vertical-align: middle; }
.swagger-ui .parameters-col_description select[multiple] { max-height: 64px; }
.swagger-ui .body-param textarea { min-height: 160px; }
.swagger-ui .response .highlight-code pre, .swagger-ui .model-box { max-height: 110px; overflow: auto; }
.swagger-ui .response table.headers { display: block; max-height: 60px; overflow: auto; }
.swagger-ui .response-control-media-type__accept-message,
.swagger-ui .response-control-media-type__title { display: none; }
.swagger-ui .opblock-body .tab, .swagger-ui .response-controls,
.swagger-ui .renderedMarkdown p { margin: 2px 0; padding: 0; }
.swagger-ui .responses-wrapper .response-col_links { display: none; }
.swagger-ui .response-col_description__inner p, .swagger-ui .response-col_status { margin: 0; }
.swagger-ui .response[data-code^="4"] .response-col_description > :not(.response-col_description__inner),
.swagger-ui .response[data-code^="5"] .response-col_description > :not(.response-col_description__inner),
.swagger-ui .response[data-code^="3"] .response-col_description > :not(.response-col_description__inner)
  { display: none; }
.swagger-ui .live-responses-table .response .response-col_description > * { display: revert !important; }
"""
"""An operation fits on two screens of 1,080 pixels: a parameter with a short description has one line. So has a
problem, as the body of problems is the same everywhere."""
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def add_docs(app: FastAPI, settings: Settings) -> None:
    """/openapi.json, /docs and what the page needs. Without a token only where the settings allow it."""
    app.mount("/docs/assets", StaticFiles(directory=str(files("app.core") / "swagger")), name="swagger")

    written: dict[Endpoints | None, Response] = {}

    @app.get("/openapi.json", include_in_schema=False)
    async def document(request: Request) -> Response:
        await _check_reader(request, settings)
        endpoints = await _endpoints(request, settings)
        if endpoints not in written:  # writing it takes longer than most requests: once, until the issuer moves
            written.clear()
            written[endpoints] = JSONResponse(served(app.openapi(), endpoints, settings))
        answer = written[endpoints]
        return Response(answer.body, media_type=answer.media_type)

    @app.get("/.well-known/oauth-protected-resource", include_in_schema=False)
    async def metadata() -> Response:
        """Which issuers a client may sign in at, and what it asks them for (RFC 9728). Needs no token: it gets one."""
        audience = settings.oidc_audience
        return JSONResponse(
            {
                "resource": audience,
                "resource_name": app.title,
                "authorization_servers": list(settings.oidc_issuers),
                "scopes_supported": [f"{audience}/access", f"{audience}/read"],
                "bearer_methods_supported": ["header"],
            }
        )

    @app.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> Response:
        await _check_reader(request, settings)
        return _guarded(_page(settings), await _endpoints(request, settings))

    @app.get(OAUTH2_REDIRECT, include_in_schema=False)
    async def oauth2_redirect() -> Response:
        """Where an issuer sends a browser back to. It says nothing about this API, and needs no token."""
        return _guarded(get_swagger_ui_oauth2_redirect_html(), None)


async def _check_reader(request: Request, settings: Settings) -> None:
    if not settings.shows_docs:
        await admit(request)


async def _endpoints(request: Request, settings: Settings) -> Endpoints | None:
    """Of the first issuer: it is the one whose people use the page."""
    keys = access_services_of(request).signing_keys
    return await keys.endpoints(settings.oidc_issuers[0]) if settings.oidc_issuers else None


def _page(settings: Settings) -> HTMLResponse:
    # The client's secret and the token would stay in the browser: fine for a simulator's, which are worth nothing.
    parameters = {"persistAuthorization": settings.simulator, "tryItOutEnabled": True}
    client = settings.swagger_client_id or ("swagger" if settings.simulator else "")
    page = get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="Holdfast API",
        swagger_js_url="/docs/assets/swagger-ui-bundle.js",
        swagger_css_url="/docs/assets/swagger-ui.css",
        swagger_favicon_url="/docs/assets/favicon-32x32.png",
        oauth2_redirect_url=OAUTH2_REDIRECT,
        init_oauth={
            "clientId": client,
            **({"clientSecret": "simulated"} if settings.simulator else {}),  # the simulator's issuer takes any
            "usePkceWithAuthorizationCodeGrant": True,
            "scopes": preselected_scopes(settings),
        },
        swagger_ui_parameters=parameters,
    )
    return HTMLResponse(bytes(page.body).decode().replace("</head>", f"<style>{COMPACT}</style></head>"))


def _guarded(page: HTMLResponse, endpoints: Endpoints | None) -> HTMLResponse:
    """The page may run our bundle and its own inline script (named by its hash), and speak to us and to the issuer."""
    scripts = [
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in _INLINE_SCRIPT.findall(bytes(page.body).decode())
    ]
    parts = urlsplit(endpoints.token) if endpoints else None
    issuer = f" {parts.scheme}://{parts.netloc}" if parts else ""
    page.headers["Content-Security-Policy"] = "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *scripts]),
            "style-src 'self' 'unsafe-inline'",  # Swagger UI writes style attributes
            "img-src 'self' data:",
            f"connect-src 'self'{issuer}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )
    return page
