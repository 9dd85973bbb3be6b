"""The index: chunks with vectors, and the documents that they are slices of, in Chroma.

The only module that imports chromadb.  Two collections: `passages` (written through LlamaIndex's
ChromaVectorStore, so that another LlamaIndex program can open it) and `documents` (each text
whole, so that a quote can be checked and shown without the file).

A document counts from the moment that its record is in `documents`; chunks of a text that is not
the recorded one are ignored when read and swept at the next ingest.  So a question during an
ingest, or after one that was killed, sees a document's old state or its new one, never half.
"""

from __future__ import annotations

import json
import logging
import math
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import chromadb
import numpy as np
from chromadb.config import Settings
from filelock import FileLock, Timeout
from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode
from llama_index.core.vector_stores.types import VectorStoreQuery
from llama_index.vector_stores.chroma import ChromaVectorStore

from assistant.embed import Vectors
from assistant.errors import StoreError
from assistant.records import Chunk, Document

SCHEMA = 2  # raised when what is stored changes its form
PAGE = 5000  # rows read at a time
log = logging.getLogger("assistant")


class Store:
    """An index in a folder, held by this process alone until `close()`.

    `identity` says with what it was made (embedding model, chunking): an index made otherwise is
    emptied, and `log` says so.  Raises StoreError when the folder cannot be used.
    """

    def __init__(self, folder: Path, identity: str) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(folder / "lock")
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise StoreError(
                f"The index {folder} is in use{holder(folder)}: end that program, or give this "
                "one an index of its own."
            ) from error
        except OSError as error:
            raise StoreError(f"The index folder {folder} cannot be written: {error}.") from error
        try:
            (folder / "holder").write_text(str(os.getpid()))
            self._open(identity)
        except BaseException:
            self._lock.release()
            raise

    def _open(self, identity: str) -> None:
        mark = self.folder / "identity.json"
        made = {"schema": SCHEMA, "made_with": identity}
        database = self.folder / "chroma"
        if database.exists() and (not mark.exists() or json.loads(mark.read_text()) != made):
            log.warning("The index was made by another model or version: building it anew.")
            shutil.rmtree(database)
        try:
            self._client = chromadb.PersistentClient(
                str(database), Settings(anonymized_telemetry=False)
            )
            self._passages = self._collection("passages")
            self._documents = self._collection("documents")
        except Exception as error:  # Chroma raises many kinds here, its Rust core's among them
            raise StoreError(
                f"The index {self.folder} cannot be opened ({error}): delete the folder and run "
                "again; it is built anew from the documents."
            ) from error
        self._vectors = ChromaVectorStore(chroma_collection=self._passages)
        mark.write_text(json.dumps(made))

    def _collection(self, name: str) -> chromadb.Collection:
        return self._client.get_or_create_collection(
            name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )

    # ── documents ────────────────────────────────────────────────────────────────────────────

    def digests(self) -> dict[str, str]:
        """doc_id -> sha256 of each document in the index."""
        return {
            doc_id: str(meta["sha256"])
            for doc_id, _, meta in self._pages(self._documents, ["metadatas"])
        }

    def document(self, doc_id: str) -> Document:
        """A document as it was indexed.  Raises StoreError for one that is not in the index."""
        found = self._documents.get([doc_id], include=["documents", "metadatas"])
        if not found["ids"] or not found["documents"] or not found["metadatas"]:
            raise StoreError(f"The document {doc_id} is no longer in the index: ask again.")
        return as_document(doc_id, found["documents"][0], found["metadatas"][0])

    def documents(self) -> Iterator[Document]:
        """All documents, in the order of their names."""
        rows = sorted(self._pages(self._documents, ["documents", "metadatas"]))
        return (as_document(doc_id, text, meta) for doc_id, text, meta in rows)

    def put(self, document: Document, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        """Store a document with its chunks, in place of any earlier text of the same name."""
        if chunks:
            nodes = [as_node(c, v.tolist()) for c, v in zip(chunks, vectors, strict=True)]
            self._passages.delete(ids=[n.node_id for n in nodes])  # left by a killed ingest
            self._vectors.add(list(nodes))
        meta: dict[str, Any] = {
            "sha256": document.sha256,
            "title": document.title,
            "paragraphs": json.dumps(document.paragraphs),
            "skipped": json.dumps(document.skipped),
            "pages": json.dumps(document.pages),
            "date": document.date,
            "address": document.address,
            "chunks": len(chunks),
        }
        self._documents.upsert(
            [document.doc_id],
            embeddings=np.ones((1, 1), dtype=np.float32),  # never searched, but Chroma wants one
            documents=[document.text],
            metadatas=[meta],
        )

    def remove(self, doc_id: str) -> None:
        self._documents.delete(ids=[doc_id])

    def sweep(self) -> None:
        """Delete the chunks of texts that are no longer, or not yet wholly, in the index."""
        current = self.digests()
        stale = [
            chunk_id
            for chunk_id, _, meta in self._pages(self._passages, ["metadatas"])
            if current.get(str(meta["doc_id"])) != meta["doc_sha256"]
        ]
        for first in range(0, len(stale), PAGE):
            self._passages.delete(ids=stale[first : first + PAGE])

    # ── chunks ───────────────────────────────────────────────────────────────────────────────

    def chunks(self) -> list[Chunk]:
        """All chunks of the documents in the index, in the order of their text."""
        current = self.digests()
        found = [
            as_chunk(text, meta)
            for _, text, meta in self._pages(self._passages, ["documents", "metadatas"])
        ]
        found = [c for c in found if current.get(c.doc_id) == c.doc_sha256]
        return sorted(found, key=lambda c: (c.doc_id, c.start))

    def nearest(self, vector: Vectors, k: int) -> list[tuple[Chunk, float]]:
        """The `k` chunks closest to a vector, with their cosine similarity, best first."""
        query = VectorStoreQuery(query_embedding=vector.tolist(), similarity_top_k=k)
        result = self._vectors.query(query)
        current = self.digests()
        found = []
        for node, score in zip(result.nodes or [], result.similarities or [], strict=True):
            chunk = as_chunk(node.get_content(), node.metadata)
            if current.get(chunk.doc_id) == chunk.doc_sha256:
                found.append((chunk, 1 + math.log(score)))  # its score is exp(-distance)
        return found

    # ── plumbing ─────────────────────────────────────────────────────────────────────────────

    def _pages(
        self, collection: chromadb.Collection, include: list[Any]
    ) -> Iterator[tuple[str, str, Any]]:
        offset = 0
        while True:
            page = collection.get(include=include, limit=PAGE, offset=offset)
            texts = page["documents"] or [""] * len(page["ids"])
            yield from zip(page["ids"], texts, page["metadatas"] or [], strict=True)
            offset += PAGE
            if len(page["ids"]) < PAGE:
                return

    def close(self) -> None:
        """Let another process have the index."""
        if self._lock.is_locked:
            self._client.close()  # type: ignore[attr-defined]  # missing from its protocol only
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def holder(folder: Path) -> str:
    try:
        pid = int((folder / "holder").read_text())
    except (OSError, ValueError):
        return ""
    return " by another Assistant of this program" if pid == os.getpid() else f" by process {pid}"


def as_node(chunk: Chunk, vector: list[float]) -> TextNode:
    return TextNode(
        id_=chunk.chunk_id,
        text=chunk.text,
        embedding=vector,
        metadata={
            "doc_id": chunk.doc_id,
            "doc_sha256": chunk.doc_sha256,
            "start": chunk.start,
            "end": chunk.end,
        },
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=chunk.doc_id)},
    )


def as_chunk(text: str, meta: dict[str, Any]) -> Chunk:
    return Chunk(meta["doc_id"], meta["doc_sha256"], int(meta["start"]), int(meta["end"]), text)


def as_document(doc_id: str, text: str, meta: Any) -> Document:
    ranges = {
        name: tuple((int(a), int(b)) for a, b in json.loads(str(meta[name])))
        for name in ("paragraphs", "skipped")
    }
    return Document(
        doc_id,
        str(meta["sha256"]),
        text,
        str(meta["title"]),
        **ranges,
        pages=tuple(json.loads(str(meta["pages"]))),
        date=str(meta["date"]),
        address=str(meta["address"]),
    )
