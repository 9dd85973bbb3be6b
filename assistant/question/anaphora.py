"""Whether a question leans on the talk before it, and by which words.

It does when it is a fragment ("And Norway?", "In which town?"), a bare question word ("When?"), or
holds a pronoun or a "that" which nothing inside it explains.  Pure, by words alone.  Everything
else is left alone: bending a question that stands alone is the worse mistake.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.language.english import AUXILIARY, DETERMINER, PREPOSITION, PRONOUN, WH, listed
from assistant.language.fold import fold
from assistant.language.tokens import Token, expand_contractions, strip_opening, tokens

LOOSE = listed(
    "exactly together then again else first not so come one for long often far old soon now yet"
)
PRONOUN_KINDS = {
    **dict.fromkeys(listed("he him his she her hers"), "person"),
    **dict.fromkeys(listed("it its"), "thing"),
    **dict.fromkeys(listed("they them their theirs"), "many"),
}
POSSESSIVE = listed("his her its their")
DEMONSTRATIVE = listed("this that these those")
BOUNDARY = listed(
    "that who which whom what where when why how if while because after before since until "
    "although whether and or but say says said think"
)
THAT_WAS = re.compile(  # "When was that?" is "When?", "What is that?" is not
    r"^(?!(?:who|what)\b)(.*\w)(?:['’]s|\s+(?:is|was|were|are))\s+(?:that|this)$", re.IGNORECASE
)
EXPLETIVE = re.compile(
    r"\b(?:is|was|be|been|would|does|did|how)\s+it\s+(?:be\s+)?(?:\w+\s+){0,3}"
    r"(?:to|for|that|if|when|whether|how)\b"
    r"|\bit\s+(?:rains?|snows?)\b|\bit\s+(?:takes?|took|costs?)\b.*\bto\b"
    r"|\bwhat\s+(?:time|day|year)\s+(?:is|was)\s+it\b"
)


def depends(question: str) -> bool:
    """Whether a question leans on the talk before it."""
    return leans_by_form(question) or dangling(question)


def leans_by_form(question: str) -> bool:
    """Whether it is no whole question: a fragment, or a bare question word."""
    return fragment(question) or bare_word(question)


def fragment(question: str) -> bool:
    """A phrase without verb or question word: "And Norway?", "What about the bill?", "Any news?".

    Without an opening word only one of a single name or noun counts: "greenland population" is a
    question in telegram style.
    """
    asked = strip_opening(question)
    found = tokens(asked)
    if not found or any(t.low in AUXILIARY or t.low in WH for t in found):
        return False
    if len(asked) < len(expand_contractions(question).strip(" ?!.")):
        return len(found) <= 8
    return len(found) == 1 or (found[0].low in DETERMINER | PREPOSITION and len(found) <= 3)


def bare_word(question: str) -> bool:
    """A question word with little beside it: "When?", "Why so slim?", "At whose request?", "When
    was that?"; not "Who pays?" or "How to apply?", which ask something themselves."""
    found = tokens(strip_opening(THAT_WAS.sub(r"\1", question.strip(" ?!."))))
    own = [t for t in found if t.full and t.low not in LOOSE]
    asks = any(t.low in WH for t in found) and not any(t.low in AUXILIARY for t in found)
    if not asks or len(found) > 5 or len(own) > 1 or (own and dangling(question)):
        return False
    asked = found[0].low
    if not own or asked not in WH:
        return True
    nouns = asked in ("which", "whose", "what", "how", "why") and found[1].low != "to"
    return nouns and not re.search(r"(?:ed|[^s'u]s)$", found[-1].low)


def dangling(question: str) -> bool:
    """Whether a pronoun or a "that" stands in the question that nothing in it explains."""
    asked = expand_contractions(question)
    return bool(unexplained(asked) or pointing(asked))


def pointing(asked: str) -> list[int]:
    """The places among its tokens of "that" and the like where no noun follows: "When was that
    created?", not "that game"."""
    found = tokens(asked)
    last = len(found) - 1
    return [
        i
        for i, t in enumerate(found)
        if i
        and t.low in DEMONSTRATIVE
        and not is_quoted_word(asked, t)
        and (
            i == last
            or (
                found[i - 1].low in AUXILIARY
                and (i == last - 1 or found[i + 1].low in DETERMINER)
                and found[0].low not in ("who", "what", "which")
            )
            or (not is_noun(found, i - 1) and stands_alone(found[i + 1]))
        )
    ]


def stands_alone(after: Token) -> bool:
    """Whether no noun follows a "that": before "created", not "game", nor "the", "who", "of"."""
    if after.low in DETERMINER | PRONOUN | {"who", "of"}:
        return False
    return not after.full or bool(re.search(r"\w{3}(?:ed|en|wn)$", after.low))


def unexplained(asked: str) -> list[tuple[int, str]]:
    """The pronouns that nothing in the question explains: the place of each among its tokens, and
    the kind of what it stands for."""
    found = tokens(asked)
    idle = {i for m in EXPLETIVE.finditer(fold(asked)) for i in range(m.start(), m.end())}
    loose = []
    for i, token in enumerate(found):
        if is_quoted_word(asked, token) or (token.low == "it" and token.start in idle):
            continue
        if token.low == "there" and not existential(found, i):
            loose.append((i, "place"))
        elif token.low in PRONOUN_KINDS and not explained(found, i):
            loose.append((i, PRONOUN_KINDS[token.low]))
    return loose


def is_quoted_word(asked: str, token: Token) -> bool:
    """Whether a word stands in quotation marks: other people's pronouns are not the asker's."""
    return sum(asked.count(mark, 0, token.start) for mark in '"“”„«»') % 2 == 1


def explained(found: Sequence[Token], i: int) -> bool:
    """Whether something stands before the pronoun `found[i]` that it can stand for: in another
    clause, or in the same one for a possessive ("Which company moved its office?")."""
    nouns = [j for j in range(i) if is_noun(found, j)]
    owner = found[i].low in POSSESSIVE and i + 1 < len(found) and found[i + 1].full
    ends = [j for j in range(1, i + 1) if found[j].apart or found[j].low in BOUNDARY]
    if owner and found[0].low in PREPOSITION and any(t.named for t in found[i + 2 :]):
        return True  # "After his visit, what did Vance say?"
    return bool(nouns) and (owner or (bool(ends) and nouns[0] < ends[-1]))


def is_noun(found: Sequence[Token], j: int) -> bool:
    """Whether a word is a name, a noun by what stands before it ("the", "which", "of"), or "who"
    where it does something."""
    if j == 0 and found[j].low == "who":
        return len(found) > 1 and found[1].low not in AUXILIARY
    leads = DETERMINER | {"which", "what", "many", "of"}
    return found[j].named or (
        found[j].full and any(t.low in leads for t in found[max(0, j - 2) : j])
    )


def existential(found: Sequence[Token], i: int) -> bool:
    """ "Is there", "there are", "up there": no place said before is meant."""
    before = found[i - 1].low if i else ""
    near = [before, *(t.low for t in found[i + 1 : i + 2])]
    return any(w in AUXILIARY for w in near) and before not in PREPOSITION
