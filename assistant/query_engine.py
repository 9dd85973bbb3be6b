"""The assistant as a LlamaIndex query engine, to drop into a program that already uses LlamaIndex.

Touches none of LlamaIndex's global settings.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from assistant.records import Answer, Quote


class Asks(Protocol):
    """What answers, as `Assistant.ask` does."""

    def ask(self, question: str) -> Answer: ...


class AssistantQueryEngine(BaseQueryEngine):
    """`query(...)` returns a Response: `response` is the short answer or "The documents don't
    say."; `source_nodes` are the quotes with their scores; `metadata["answer"]` is the Answer."""

    def __init__(self, assistant: Asks) -> None:
        super().__init__(CallbackManager([]))
        self._assistant = assistant

    def _query(self, query_bundle: QueryBundle) -> Response:
        answer = self._assistant.ask(query_bundle.query_str)
        return Response(
            response=answer.headline or answer.note,
            source_nodes=[as_quote_node(q) for q in answer.quotes],
            metadata={"answer": answer, "status": answer.status, "confidence": answer.confidence},
        )

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


def as_quote_node(quote: Quote) -> NodeWithScore:
    node = TextNode(
        id_=quote.quote_id,
        text=quote.text,
        start_char_idx=quote.start,
        end_char_idx=quote.end,
        metadata={
            "doc_id": quote.doc_id,
            "title": quote.title,
            "paragraph": quote.paragraph,
            "speaker": quote.speaker,
            "answer_start": quote.answer_start,
            "answer_end": quote.answer_end,
        },
    )
    return NodeWithScore(node=node, score=quote.score)
