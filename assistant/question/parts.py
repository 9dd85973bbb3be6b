"""A question that asks several things in one breath -> its parts.

Pure, by words alone: the cut is before an "and" that a question word or an auxiliary verb
follows, where each side is a question of its own.  "When and where was it signed?" asks one
thing twice and is left whole.  A part may lean on the one before it ("…, and who leads it?"): it
is to be asked as a follow-up.
"""

from __future__ import annotations

import re

from assistant.language.english import AUXILIARY, PREPOSITION, WH
from assistant.language.tokens import finish, tokens

OPENING_WORDS = 3  # words among which a question word makes a question: "Next to which wing …"
PARTS = 3  # at most; more is left in the last
SEAM = re.compile(
    r"(?:\?\s+(?:and\s+)?|[,;]?\s+and\s+)(?:if (?:so|not|yes|no),?\s+)?"
    rf"(?=(?:(?:{'|'.join(sorted(PREPOSITION))})\s+)?(?:{'|'.join(sorted(WH))})\b"
    r"|(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\s+"
    r"(?:he|she|it|they|there|that|this|the)\b)",
    re.IGNORECASE,
)


def split_parts(question: str) -> list[str]:
    """The questions that a question asks, each with a question mark, in its order; the question
    itself, untouched, where it asks one thing.  Never empty."""
    cuts = [0]
    found: list[str] = []
    for seam in SEAM.finditer(question):
        before, after = question[cuts[-1] : seam.start()], question[seam.end() :]
        if len(found) + 1 < PARTS and is_question(before) and is_question(after):
            found.append(finish(before.strip(" ,;")))
            cuts.append(seam.end())
    return [*found, finish(question[cuts[-1] :].strip(" ,;"))] if found else [question]


def is_question(text: str) -> bool:
    """Whether a stretch can be a question by itself: it begins as one, and says more."""
    words = [token.low for token in tokens(text)]
    opens = words[:1] and (words[0] in AUXILIARY or WH.intersection(words[:OPENING_WORDS]))
    return bool(opens) and len(words) > 2 and words[-1] not in WH
