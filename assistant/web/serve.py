"""Puts the page on an address: loopback, guarded, with a login where ASSISTANT_AUTH sets one."""

from __future__ import annotations

import base64
import logging
import os
import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import gradio as gr
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import SettingError
from assistant.pipeline import Assistant
from assistant.web.endpoint import Turnstile, make_routes, make_threads
from assistant.web.mcp_server import PATHS, make_mcp_routes, make_server, run_sessions
from assistant.web.page import WEB_FOLDER, build_app
from assistant.web.uploads import MAX_SIZE

LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")
FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Liberation Sans", "sans-serif")

# What the page, the endpoints and MCP need.  All else that Gradio serves is not found.
ROUTES = re.compile(
    r"/(?:"
    r"|health|api/ask"
    r"|(?:config|theme\.css|favicon\.ico|manifest\.json|robots\.txt|login|logout)/?"
    r"|(?:static|assets|svelte)/.*"
    r"|gradio_api/(?:info|openapi\.json|startup-events|user|login_check|app_id|reset|cancel)/?"
    r"|gradio_api/(?:queue|call|run|heartbeat)/.*"
    r"|(?:gradio_api/)?mcp/?"
    r")"
)
UPLOAD = re.compile(r"/gradio_api/upload(?:_progress)?/?")  # only where uploads are allowed
# The browser itself then refuses to fetch anything from, or send anything to, another host.
# Gradio's front end needs inline scripts and eval; hostile text is kept out by escaping it.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
NAMED_LOGIN = '<h1 style="font-size: 22px; font-weight: 650">{}</h1>'  # Gradio says only "Login"
log = logging.getLogger("assistant")
HEADERS = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
}


def serve(
    assistant: Assistant,
    *,
    port: int | None = 7860,
    host: str = "127.0.0.1",
    block: bool = True,
    quiet: bool = False,
    environ: Mapping[str, str] = os.environ,
    **page: Any,
) -> gr.Blocks:
    """Serve the chat until interrupted, or return at once with `block=False` (then `.close()`).

    port   None: the first free one from 7860 on
    host   another than loopback lets other machines in: set ASSISTANT_AUTH then
    page   arguments of `build_app`

    Raises SettingError for a port that is taken or an ASSISTANT_AUTH that is no user:password.
    """
    login = credentials(environ)
    # Gradio asks itself whether it is up: through no proxy
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), *LOOPBACK[:2])))
    turnstile = page.setdefault("turnstile", Turnstile())
    app = build_app(assistant, login=login is not None, **page)
    threads, follower = make_threads(), page.get("follower")
    tools = make_server(assistant, turnstile, threads, follower)
    uploads = page.get("uploads") is not None
    guard = Middleware(
        Guard, hosts=LOOPBACK if host in LOOPBACK else (), login=login, uploads=uploads
    )
    try:
        app.launch(
            server_name=host,
            server_port=port,
            auth=login,
            auth_message=NAMED_LOGIN.format(app.title) if login else None,
            share=False,
            quiet=True,
            prevent_thread_lock=True,
            show_error=False,
            inbrowser=False,
            ssr_mode=False,
            pwa=False,
            run_history=False,
            enable_monitoring=False,
            mcp_server=False,  # ours has a schema of what it returns
            max_file_size=MAX_SIZE,
            footer_links=["api"],
            app_kwargs={
                "middleware": [guard],
                "routes": [
                    *make_routes(assistant, turnstile, login, follower, threads),
                    *make_mcp_routes(tools),
                ],
                "lifespan": run_sessions(tools),
            },
            theme=theme(),
            # Not as `css=`: Gradio rewrites its selectors, and rules on `body` lose their meaning.
            head=f"<style>{(WEB_FOLDER / 'style.css').read_text('utf-8')}</style>",
        )
    except OSError as error:
        raise SettingError(f"Port {port} on {host} cannot be used: choose another.") from error
    if not quiet:
        print(f"Ask your documents at {app.local_url} (Ctrl+C ends it).", flush=True)
    if block:
        app.block_thread()
    return app


def credentials(environ: Mapping[str, str]) -> tuple[str, str] | None:
    """User and password of ASSISTANT_AUTH, or None where it is not set."""
    raw = environ.get("ASSISTANT_AUTH", "")
    if not raw:
        return None
    user, colon, password = raw.partition(":")
    if not (user and colon and password):
        raise SettingError("ASSISTANT_AUTH must be user:password.")
    return user, password


def theme() -> gr.themes.Base:
    """Fonts that the machine has: a theme's own would be fetched or weigh on the page."""
    return gr.themes.Base(font=FONTS, font_mono=("ui-monospace", "monospace"))


class Guard:
    """Stands before Gradio: known paths only, known host names only, and headers that bind the
    browser to this server.

    hosts  names by which the server may be called, () for any.  A page of another site that
           points its own name at 127.0.0.1 is turned away by this.
    login  Gradio's own login does not cover MCP, whose clients send it as HTTP basic authentication
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: tuple[str, ...] = (),
        login: tuple[str, str] | None = None,
        uploads: bool = False,
    ) -> None:
        self.app, self.hosts, self.uploads = app, hosts, uploads
        self.expected = b"Basic " + base64.b64encode(":".join(login).encode()) if login else b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self.refusal(HTTPConnection(scope), str(scope["path"]))
        await (refusal or self.app)(scope, receive, bound(send))

    def refusal(self, request: HTTPConnection, path: str) -> PlainTextResponse | None:
        name = re.sub(r":\d+$", "", request.headers.get("host", "")).lower()
        if self.hosts and name not in self.hosts:
            return PlainTextResponse("Unknown host name", 421)
        if not ROUTES.fullmatch(path) and not (self.uploads and UPLOAD.fullmatch(path)):
            return PlainTextResponse("Not found", 404)
        if origin := request.headers.get("origin"):
            here = {request.headers.get(h) for h in ("host", "x-forwarded-host")}
            if urlsplit(origin).netloc not in here:
                return PlainTextResponse("A page of another site may not ask here", 403)
        given = request.headers.get("authorization", "").encode()
        if self.expected and path in PATHS and not secrets.compare_digest(given, self.expected):
            return PlainTextResponse("Log in", 401, {"WWW-Authenticate": "Basic"})
        return None


def bound(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *HEADERS.items()]
        await send(message)

    return sending
