"""The settings of an assistant, each once, with its unit and its reason; read from arguments and
environment.

The environment's names are the field's in capitals behind `ASSISTANT_`: ASSISTANT_THRESHOLD=0.5.
What only the command line or the web page takes (corpus, index, login) is read there.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from assistant.errors import SettingError


@dataclass(frozen=True)
class Config:
    """Settings of an assistant.

    Raises SettingError for a name that does not exist or a value out of range.
    """

    embedding_model: str = ""
    """Folder or name of a sentence-transformers model; "" is the packaged all-MiniLM-L6-v2."""

    passages: int = 20
    """Chunks that the reader reads at most, where the first few don't make it sure and the ranking
    can't tell them apart."""

    threshold: float = 0.6
    """Least confidence at which an answer is given; higher is stricter.  The default is `answer` of
    models/reader/confidence.json: where right answers and right silences together were most on the
    questions that the confidence was fitted on."""

    encoding: str = ""
    """That of text files which are not UTF-8 and do not say theirs, such as cp1250; "" is to detect
    it, or to leave the file out where that is not certain."""

    chroma_url: str = ""
    """Address of a Chroma server, http://HOST:PORT or https://…, that holds the index in place of
    a folder; "" is a folder."""

    chroma_token: str = field(default="", repr=False)
    """Token for that server; only from the environment where others can see the arguments."""

    chroma_name: str = ""
    """Name of the index on that server; "" is made from the path of the documents.  Assistants on
    several machines share one by giving the same name."""

    llm: str = ""
    """Language model that may write prose: ollama:MODEL, openai-like:URL#MODEL or openai:MODEL;
    "" is none, and answers are only quoted."""

    llm_timeout: float = 60.0
    """Seconds that the language model may take for one answer; then it stands without prose."""

    def __post_init__(self) -> None:
        checks = {
            "passages": 1 <= self.passages <= 100,
            "encoding": not self.encoding or known_encoding(self.encoding),
            "threshold": 0 <= self.threshold <= 1,
            "llm_timeout": 0 < self.llm_timeout <= 3600,
        }
        for name, good in checks.items():
            if not good:
                raise SettingError(f"{name} cannot be {getattr(self, name)!r}.")

    @classmethod
    def read(cls, settings: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> Config:
        """Settings given by name, over those of the environment, over the defaults."""
        kinds = {f.name: type(f.default) for f in fields(cls)}
        values: dict[str, Any] = {}
        for name, kind in kinds.items():
            if (raw := environ.get(f"ASSISTANT_{name.upper()}")) is not None:
                values[name] = convert(name, raw, kind)
        for name, value in settings.items():
            if name not in kinds:
                raise SettingError(f"There is no setting {name!r}; there are {', '.join(kinds)}.")
            values[name] = convert(name, value, kinds[name])
        return cls(**values)


def known_encoding(name: str) -> bool:
    try:
        return bool(codecs.lookup(name))
    except LookupError:
        return False


def convert(name: str, value: Any, kind: type) -> Any:
    try:
        return kind(value)
    except (TypeError, ValueError) as error:
        raise SettingError(f"{name} cannot be {value!r}: it takes a {kind.__name__}.") from error
