"""Follow-up -> the question as it would stand alone, by a language model.

One more meaning to try beside those of `follow_up`: the documents decide between them, and the
one that was searched is shown.  It may only use what the talk holds.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from assistant.errors import LanguageModelError
from assistant.language.fold import fold
from assistant.language.tokens import finish
from assistant.prose import prompts
from assistant.prose.compose import Write, harmless
from assistant.prose.support import figures, missing_names
from assistant.question.anaphora import depends
from assistant.question.follow_up import TURNS
from assistant.records import Answer

log = logging.getLogger("assistant")

LONGEST_REWRITING = 300  # characters of a rewritten question


def rewritten(question: str, history: Sequence[Answer], write: Write) -> list[str]:
    """What the model takes a follow-up to mean; empty for a question that stands alone, when the
    model fails, and when what it writes is no question or holds a name or number of its own."""
    if not history or not depends(question):
        return []
    turns = [(harmless(a.query_used), harmless(a.text)) for a in history[-TURNS:]]
    talk = "\n".join(f"Question: {asked}\nAnswer: {told or 'not found'}" for asked, told in turns)
    told, user = prompts.load_prompt("follow_up").fill(talk=talk, question=harmless(question))
    try:
        reply = "".join(write(told, user))
    except LanguageModelError as error:
        log.warning("%s The follow-up is resolved without it.", error)
        return []
    line = next((line for line in map(str.strip, reply.splitlines()) if line.endswith("?")), "")
    known = [question, *(part for turn in turns for part in turn)]
    if not line or len(line) > LONGEST_REWRITING or fold(line) == fold(finish(question)):
        return []
    if missing_names(line, known, "") or not figures(line) <= figures(" ".join(known)):
        return []
    return [line]
