"""The assistant as tools of a language model's program, by the Model Context Protocol (MCP).

Two tools that only read: `ask`, and `list_documents` for what it may keep to.  The chat serves them
at `/mcp`; `assistant mcp` over its standard input and output, as desktop programs start one.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from mcp.server.fastmcp import FastMCP
from mcp.server.fastmcp.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations
from pydantic import Field
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from assistant.errors import AssistantError
from assistant.index.watch import Follower
from assistant.pipeline import Assistant
from assistant.records import Answer
from assistant.web.endpoint import Turnstile, ask_with_history, drop_surrogates, with_note

PATHS = ("/mcp", "/mcp/", "/gradio_api/mcp", "/gradio_api/mcp/")  # the latter as it once was
INSTRUCTIONS = (
    "Answers from the user's own documents, with the exact words that carry the answer. Show the "
    "quotes as they are; on not_found say that the documents don't say."
)
ONLY_READS = ToolAnnotations(
    readOnlyHint=True, destructiveHint=False, idempotentHint=True, openWorldHint=False
)


@dataclass(frozen=True)
class Listed:
    """A document, as `ask` may be told to keep to it."""

    doc_id: str
    title: str
    date: str


def make_server(
    assistant: Assistant,
    turnstile: Turnstile,
    threads: Executor | None = None,
    follower: Follower | None = None,
) -> FastMCP[Any]:
    """The server, on no address yet; every question goes through the turnstile, in one of these
    threads.  While a `follower` takes documents in, the answers say so."""
    # it logs a request that is none with all that stands in it
    logging.getLogger().addFilter(lambda record: "validate request" not in record.getMessage())
    server: FastMCP[Any] = FastMCP(
        "documents",
        instructions=INSTRUCTIONS,
        stateless_http=True,
        json_response=True,
        log_level="WARNING",
        # host names are checked by `serve.Guard`, as for all else
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )

    @server.tool(title="Ask the documents", annotations=ONLY_READS, structured_output=True)
    async def ask(
        question: Annotated[str, Field(description="The question, at most 2,000 characters.")],
        earlier: Annotated[
            list[str] | None,
            Field(description="Earlier questions of the talk, oldest first, for a follow-up."),
        ] = None,
        documents: Annotated[
            list[str] | None,
            Field(description='Names or patterns ("minutes/*.md") to keep to; none for all.'),
        ] = None,
    ) -> Answer:
        """Answer a question from the documents in their own words, or say that they don't say.

        `text` is the short answer, `quotes` the exact words that carry it, each with document,
        offsets and speaker; on status "not_found" `closest` is what came nearest, and no answer.
        """
        told = [[drop_surrogates(t) for t in texts or ()] for texts in (earlier, documents)]
        try:
            asking = partial(
                ask_with_history, assistant, turnstile, drop_surrogates(question), *told
            )
            answer = await asyncio.get_running_loop().run_in_executor(threads, asking)
        except AssistantError as error:
            raise ToolError(str(error)) from error
        return with_note(answer, follower)

    @server.tool(title="List the documents", annotations=ONLY_READS, structured_output=True)
    async def list_documents() -> list[Listed]:
        """The documents that are answered from, with what each states as its date."""
        documents = await asyncio.to_thread(assistant.documents)
        return [Listed(d.doc_id, d.title, d.date) for d in documents]

    return server


def make_mcp_routes(server: FastMCP[Any]) -> list[BaseRoute]:
    """Where the server answers over HTTP, while `run_sessions` lasts."""
    inside = server.streamable_http_app().routes[0]
    assert isinstance(inside, Route)
    return [Route(path, inside.endpoint) for path in PATHS]


def run_sessions(server: FastMCP[Any]) -> Any:
    """A lifespan for the application that has its routes."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with server.session_manager.run():
            yield

    return lifespan
