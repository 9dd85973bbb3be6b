"""Opens an index and reads all of it, as a program of its own: a damaged file may end it.

`python probe.py DATABASE` ends with 0 when the database is sound.  Imports nothing of the
assistant, so that it starts in half a second.
"""

from __future__ import annotations

import hashlib
import sqlite3
import sys
from pathlib import Path

ROWS_PROBED = 1000
SAMPLE = 50  # vectors of each page that must find themselves


def probe(database: Path) -> None:
    """Raises whatever the damage leads to."""
    with sqlite3.connect(database / "chroma.sqlite3") as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    file.close()

    import chromadb  # only now: both in one process must not have the file open
    import numpy as np
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(database), Settings(anonymized_telemetry=False))
    for known in client.list_collections():
        collection = client.get_collection(known.name, embedding_function=None)
        count = 0
        while count < collection.count():
            page = collection.get(
                include=["embeddings", "documents", "metadatas"], limit=ROWS_PROBED, offset=count
            )
            vectors = np.asarray(page["embeddings"], dtype=np.float32)
            count += len(page["ids"])
            assert page["ids"]
            texts, metas = page["documents"] or [], page["metadatas"] or []
            assert len(texts) == len(metas) == len(page["ids"])
            assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
            if known.name == "documents":
                for text, meta in zip(texts, metas, strict=True):
                    assert hashlib.sha256(text.encode()).hexdigest() == meta["sha256"]
                continue
            found = collection.query(query_embeddings=vectors[:SAMPLE], n_results=min(3, count))
            assert all(distances[0] < 1e-3 for distances in found["distances"] or [])
    client.close()  # type: ignore[attr-defined]  # missing from its protocol only


if __name__ == "__main__":
    probe(Path(sys.argv[1]))
