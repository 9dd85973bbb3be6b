"""The index: chunks with vectors, and the documents that they are slices of, in Chroma.

The only module that imports chromadb (but for `probe`, a program of its own).  Two collections:
`passages` (written through LlamaIndex's ChromaVectorStore, so that another LlamaIndex program can
open it) and `documents` (each text whole, so that a quote can be checked and shown without the
file).  They lie in a folder that this process holds alone, or on a Chroma server that several
share.

A document counts from the moment that its record is in `documents`; chunks of a text that is not
the recorded one are ignored when read and swept at the next ingest.  So a question during an
ingest, or after one that was killed, sees a document's old state or its new one, never half.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import urlsplit

import numpy as np

from assistant.documents.chunk import cut_chunks
from assistant.errors import AssistantError, StoreError
from assistant.index.embed import Vectors
from assistant.index.index_folder import SCHEMA, Folder
from assistant.index.lexical import Lexical, is_damage
from assistant.records import Chunk, Document, Range, Table

if TYPE_CHECKING:
    import chromadb
    from chromadb.api import ClientAPI
    from llama_index.core.schema import TextNode

# chromadb takes half a second to import: where an index is opened, while the reader is loaded.

ROWS_AT_ONCE = 1000  # rows read or written at a time
T = TypeVar("T")
log = logging.getLogger("assistant")


class Store:
    """An index; make one with `in_folder` or `on_server`.

    `identity` says with what it was made (embedding model, chunking): an index made otherwise is
    emptied, and `log` says so.  All methods raise StoreError where Chroma fails.
    """

    def __init__(self, client: ClientAPI, prefix: str, identity: str | None, where: str) -> None:
        self._client, self._prefix, self._where = client, prefix, where
        self._folder: Folder | None = None
        with self._translated("opened"):
            self._passages = self._collection("passages", identity)
            self.identity = str((self._passages.metadata or {}).get("made_with", ""))
            self._documents = self._collection("documents", self.identity)
        self._words: Lexical | None = None
        self._words_path: Path | None = None
        self._words_state: str | None = None  # of the documents, when the words were level
        self._words_lock = threading.Lock()
        self._changes = 0  # made by this process

    @classmethod
    def in_folder(cls, path: Path, identity: str | None = None) -> Self:
        """The index in a folder, held by this process alone until `close()`; None opens what is
        there.  A damaged one is built anew.  Raises StoreError when the folder cannot be used."""
        folder = Folder(path, identity)
        try:
            try:
                made = cls._embedded(folder)
            except StoreError as error:  # the files are as they were closed, and yet
                if folder.full():
                    raise
                log.debug("Opening the index failed: %s", error)
                folder.discard("cannot be opened")
                made = cls._embedded(folder)
        except OSError as error:
            folder.release(clean=False)
            raise StoreError(f"The index {path} cannot be written: {error}.") from error
        except BaseException:
            folder.release(clean=False)
            raise
        made._folder, made._words_path = folder, folder.words
        return made

    @classmethod
    def _embedded(cls, folder: Folder) -> Self:
        import chromadb
        from chromadb.config import Settings

        try:
            client = chromadb.PersistentClient(
                str(folder.database), Settings(anonymized_telemetry=False)
            )
        except Exception as error:
            raise StoreError(
                f"The index {folder.path} cannot be opened ({first_line(error)})."
            ) from error
        try:
            return cls(client, "", folder.identity, str(folder.path))
        except BaseException:
            client.close()  # type: ignore[attr-defined]  # missing from its protocol only
            raise

    @classmethod
    def on_server(
        cls,
        url: str,
        name: str,
        identity: str | None = None,
        token: str = "",
        words: Path | None = None,
    ) -> Self:
        """The index `name` on the Chroma server at `url`, which several may use at once.

        token: sent as `Authorization: Bearer` and `X-Chroma-Token`.  words: this machine's file of
        its words, kept for the next time; None: in memory.  Raises StoreError when the server
        cannot be reached or refuses.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise StoreError(f"{url!r} is no address of a Chroma server: http://HOST:PORT.")
        tls = parts.scheme == "https"
        import chromadb
        from chromadb.config import Settings

        try:
            client = chromadb.HttpClient(
                parts.hostname,
                parts.port if parts.port is not None else (443 if tls else 80),
                tls,
                {"Authorization": f"Bearer {token}", "X-Chroma-Token": token} if token else None,
                Settings(anonymized_telemetry=False),
            )
        except Exception as error:  # httpx's errors and Chroma's, and a ValueError for some
            raise StoreError(
                f"The Chroma server {url} cannot be used ({first_line(error)}): start it, or check "
                "the address and the token."
            ) from error
        made = cls(client, f"{name}-", identity, url)
        made._words_path = words
        return made

    def _collection(self, kind: str, identity: str | None) -> chromadb.Collection:
        """One of the two collections, emptied where it was made with something else."""
        from chromadb.errors import NotFoundError

        name = f"{self._prefix}{kind}"
        try:
            known = self._client.get_collection(name, embedding_function=None)
        except NotFoundError:
            known = None
        if known is None and identity is None:
            raise StoreError(f"There is no index {name} at {self._where}: ingest first.")
        about = {"schema": SCHEMA, "made_with": identity}
        made = (known.metadata or {}) if known is not None else {}
        if known is not None and identity is not None and made | about != made:
            log.warning("The index was made by another model or version: building it anew.")
            self._client.delete_collection(name)
            known = None
        if known is not None:
            return known
        return self._client.get_or_create_collection(
            name,
            embedding_function=None,
            metadata=about,
            configuration={"hnsw": {"space": "cosine"}},
        )

    @contextmanager
    def _translated(self, done: str = "used") -> Iterator[None]:
        try:
            yield
        except AssistantError:
            raise
        except Exception as error:  # Chroma raises many kinds, its Rust core's and httpx's too
            raise StoreError(
                f"The index {self._where} cannot be {done} ({first_line(error)}): see that there "
                "is room and that it can be written, then run again; what is done is kept."
            ) from error

    # ── documents ────────────────────────────────────────────────────────────────────────────

    def digests(self) -> dict[str, str]:
        """doc_id -> sha256 of each document in the index."""
        return {
            doc_id: str(meta["sha256"])
            for doc_id, _, meta in self._pages(self._documents, ["metadatas"])
        }

    def document(self, doc_id: str) -> Document:
        """A document as it was indexed.  Raises StoreError for one that is not in the index."""
        with self._translated():
            found = self._documents.get([doc_id], include=["documents", "metadatas"])
        if not found["ids"] or not found["documents"] or not found["metadatas"]:
            raise StoreError(f"The document {doc_id} is no longer in the index: ask again.")
        return as_document(doc_id, found["documents"][0], found["metadatas"][0])

    def documents(self) -> Iterator[Document]:
        """All documents, in the order of their names."""
        rows = sorted(self._pages(self._documents, ["documents", "metadatas"]), key=lambda r: r[0])
        return (as_document(doc_id, text, meta) for doc_id, text, meta in rows)

    def put(self, document: Document, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        """Store a document with its chunks, in place of any earlier text of the same name."""
        from llama_index.vector_stores.chroma import ChromaVectorStore  # a second to import

        vectors_of = ChromaVectorStore(chroma_collection=self._passages)
        with self._translated("written"):
            for first in range(0, len(chunks), ROWS_AT_ONCE):
                part = chunks[first : first + ROWS_AT_ONCE]
                nodes = [
                    as_chunk_node(c, v.tolist())
                    for c, v in zip(part, vectors[first : first + ROWS_AT_ONCE], strict=True)
                ]
                # A killed ingest may have left some, and adding what exists changes nothing.
                self._passages.delete(ids=[n.node_id for n in nodes])
                vectors_of.add(list(nodes))
            meta: dict[str, Any] = {
                "sha256": document.sha256,
                "title": document.title,
                "paragraphs": json.dumps(document.paragraphs),
                "sentences": json.dumps(document.sentences),
                "skipped": json.dumps(document.skipped),
                "pages": json.dumps(document.pages),
                "tables": json.dumps([(t.head, t.rows) for t in document.tables]),
                "date": document.date,
                "chunks": len(chunks),
            }
            self._documents.upsert(
                [document.doc_id],
                embeddings=np.ones((1, 1), dtype=np.float32),  # never searched: Chroma wants one
                documents=[document.text],
                metadatas=[meta],
            )
            self._changed()

    def remove(self, doc_id: str) -> None:
        with self._translated("written"):
            self._documents.delete(ids=[doc_id])
            self._changed()

    def _changed(self) -> None:
        """Let all who use this index know that a document is another now."""
        self._changes += 1
        if not self._folder:
            about = {"schema": SCHEMA, "made_with": self.identity}
            self._documents.modify(metadata=about | {"written": uuid.uuid4().hex})

    def _state(self) -> str:
        """Another whenever a document is."""
        if self._folder:
            return str(self._changes)
        known = self._client.get_collection(self._documents.name, embedding_function=None)
        return str((known.metadata or {}).get("written"))

    def untidy(self) -> bool:
        """Whether there are other chunks than those of the documents, as a kill leaves them."""
        rows = self._pages(self._documents, ["metadatas"])
        return sum(int(meta["chunks"]) for _, _, meta in rows) != self.counts()[1]

    def sweep(self, coming: Collection[tuple[str, str]] = ()) -> None:
        """Delete the chunks of texts that are no longer in the index.  `coming`: (doc_id, sha256)
        of texts to be kept although not recorded, since another assistant may be putting them."""
        current = set(self.digests().items()) | set(coming)
        stale = [
            chunk_id
            for chunk_id, _, meta in self._pages(self._passages, ["metadatas"])
            if (str(meta["doc_id"]), str(meta["doc_sha256"])) not in current
        ]
        with self._translated("written"):
            for first in range(0, len(stale), ROWS_AT_ONCE):
                self._passages.delete(ids=stale[first : first + ROWS_AT_ONCE])

    # ── chunks ───────────────────────────────────────────────────────────────────────────────

    def chunks(self) -> list[Chunk]:
        """All chunks of the documents in the index, in the order of their text."""
        found = [
            as_chunk(text, meta)
            for _, text, meta in self._pages(self._passages, ["documents", "metadatas"])
        ]
        return sorted(self._current(found), key=lambda c: (c.doc_id, c.start))

    def nearest(
        self, vector: Vectors, k: int, only: Sequence[str] = ()
    ) -> list[tuple[Chunk, float]]:
        """The `k` chunks closest to a vector, with their cosine similarity, best first; of the
        documents `only`, if any are named."""
        within: Any = {"doc_id": {"$in": list(only)}} if only else None
        with self._translated():
            page = self._passages.query(
                query_embeddings=[vector.tolist()],
                n_results=k,
                where=within,
                include=["documents", "metadatas", "distances"],
            )
        columns = page["documents"] or [[]], page["metadatas"] or [[]], page["distances"] or [[]]
        rows = zip(*(column[0] for column in columns), strict=True)
        found = {as_chunk(text, meta): 1 - distance for text, meta, distance in rows}
        return [(chunk, found[chunk]) for chunk in self._current(list(found))]

    def matching(self, question: str, k: int, only: Sequence[str] = ()) -> list[Chunk]:
        """Up to `k` chunks that hold words of a question, best first by BM25; of the documents
        `only`, if any are named."""
        return self.look_up(question, k, only)[0]

    def look_up(
        self, question: str, k: int, only: Sequence[str] = ()
    ) -> tuple[list[Chunk], dict[str, int], int]:
        """What `matching` gives; the words of the question that were looked for, each with the
        number of chunks that hold it in any form; and how many chunks there are."""
        names, counts, whole = self._ask_words(lambda words: words.look_up(question, k, only))
        found = {chunk.chunk_id: chunk for chunk in self.chunks_of(names)}
        return [found[name] for name in names if name in found], counts, whole

    def holds(self, word: str) -> bool:
        """Whether a word, in any form, stands in a document."""
        return self._ask_words(lambda words: words.count(word)) > 0

    def _ask_words(self, ask: Callable[[Lexical], T]) -> T:
        """What the inverted index says; it is made anew where it is damaged."""
        with self._translated():
            try:
                return ask(self.level_words())
            except sqlite3.DatabaseError as error:
                if not is_damage(error) or self._words is None:
                    raise
                with self._words_lock:
                    self._words.discard()
                    self._words_state = None
                return ask(self.level_words())

    def level_words(self) -> Lexical:
        """The inverted index, level with the documents as they are now."""
        with self._translated("written"), self._words_lock:
            if self._words is None:
                self._words = Lexical(self._words_path, f"{SCHEMA} {self.identity}")
            state = self._state()
            if state != self._words_state:
                self._words.level(self.digests(), lambda name: cut_chunks(self.document(name)))
                self._words_state = state
            return self._words

    def chunks_of(self, ids: Sequence[str]) -> list[Chunk]:
        """The chunks with these ids, less those that are gone."""
        if not ids:
            return []
        with self._translated():
            found = self._passages.get(list(ids), include=["documents", "metadatas"])
        texts, metas = found["documents"] or [], found["metadatas"] or []
        return self._current([as_chunk(t, m) for t, m in zip(texts, metas, strict=True)])

    def vectors(self, chunks: Sequence[Chunk]) -> Vectors | None:
        """(n, dimensions) the vectors of these chunks; None unless all are in the index."""
        found: dict[str, Any] = {}
        with self._translated():
            for first in range(0, len(chunks), ROWS_AT_ONCE):
                ids = [c.chunk_id for c in chunks[first : first + ROWS_AT_ONCE]]
                page = self._passages.get(ids, include=["embeddings"])
                found |= zip(page["ids"], page["embeddings"], strict=True)  # type: ignore[arg-type]
        if not chunks or len(found) < len(chunks):
            return None
        return np.asarray([found[c.chunk_id] for c in chunks], dtype=np.float32)

    def passages(self, doc_id: str, digest: str) -> tuple[list[Chunk], Vectors]:
        """The chunks of a text with their vectors, in its order."""
        with self._translated():
            ids = self._passages.get(
                where={"$and": [{"doc_id": doc_id}, {"doc_sha256": digest}]}, include=[]
            )["ids"]
        chunks: list[Chunk] = []
        for first in range(0, len(ids), ROWS_AT_ONCE):
            chunks += self.chunks_of(ids[first : first + ROWS_AT_ONCE])
        chunks.sort(key=lambda c: c.start)
        vectors = self.vectors(chunks)
        return chunks, vectors if vectors is not None else np.zeros((0, 0), dtype=np.float32)

    def counts(self) -> tuple[int, int]:
        """How many documents and how many chunks there are."""
        with self._translated():
            return self._documents.count(), self._passages.count()

    # ── plumbing ─────────────────────────────────────────────────────────────────────────────

    def _current(self, chunks: Sequence[Chunk]) -> list[Chunk]:
        """Those of the chunks that are of a text which is in the index."""
        names = list({c.doc_id for c in chunks})
        digests: dict[str, Any] = {}
        with self._translated():
            for first in range(0, len(names), ROWS_AT_ONCE):
                page = self._documents.get(
                    names[first : first + ROWS_AT_ONCE], include=["metadatas"]
                )
                digests |= zip(page["ids"], page["metadatas"] or [], strict=True)
        return [
            c for c in chunks if c.doc_id in digests and digests[c.doc_id]["sha256"] == c.doc_sha256
        ]

    def _pages(
        self, collection: chromadb.Collection, include: list[Any]
    ) -> Iterator[tuple[str, str, Any]]:
        offset = 0
        while True:
            with self._translated():
                page = collection.get(include=include, limit=ROWS_AT_ONCE, offset=offset)
            texts = page["documents"] or [""] * len(page["ids"])
            yield from zip(page["ids"], texts, page["metadatas"] or [], strict=True)
            offset += ROWS_AT_ONCE
            if len(page["ids"]) < ROWS_AT_ONCE:
                return

    @property
    def bytes(self) -> int | None:
        """Size on the disk; None on a server."""
        return self._folder.bytes() if self._folder else None

    def close(self) -> None:
        """Let another process have the index."""
        if self._words:
            self._words.close()
        if self._folder:
            self._client.close()  # type: ignore[attr-defined]  # missing from its protocol only
            self._folder.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def as_chunk_node(chunk: Chunk, vector: list[float]) -> TextNode:
    from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode

    return TextNode(
        id_=chunk.chunk_id,
        text=chunk.text,
        embedding=vector,
        metadata={
            "doc_id": chunk.doc_id,
            "doc_sha256": chunk.doc_sha256,
            "start": chunk.start,
            "end": chunk.end,
            **({"parts": json.dumps(chunk.parts)} if chunk.parts else {}),
        },
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=chunk.doc_id)},
    )


def as_chunk(text: str, meta: Any) -> Chunk:
    parts = tuple((at, a, b) for at, a, b in json.loads(meta.get("parts", "[]")))
    start, end = int(meta["start"]), int(meta["end"])
    return Chunk(meta["doc_id"], meta["doc_sha256"], start, end, text, parts)


def as_document(doc_id: str, text: str, meta: Any) -> Document:
    ranges = {
        name: tuple((int(a), int(b)) for a, b in json.loads(str(meta[name])))
        for name in ("paragraphs", "sentences", "skipped")
    }
    return Document(
        doc_id,
        str(meta["sha256"]),
        text,
        str(meta["title"]),
        **ranges,
        pages=tuple(json.loads(str(meta["pages"]))),
        date=str(meta["date"]),
        tables=tuple(
            Table(as_cells(head), tuple(map(as_cells, rows)))
            for head, rows in json.loads(str(meta["tables"]))
        ),
    )


def as_cells(stored: list[list[int]]) -> tuple[Range, ...]:
    return tuple((a, b) for a, b in stored)
