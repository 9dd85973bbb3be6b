"""Whether a question leans on the talk before it, and by which words.

It does when it is a fragment ("And Norway?", "In which town?"), a bare question word ("When?"),
lacks its noun ("how many is Norway sending?"), or holds a pronoun that nothing inside it explains.
Pure, by words alone.  Everything else is left alone: bending a question that stands alone is the
worse mistake.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.language.english import AUXILIARY, DETERMINER, PREPOSITION, PRONOUN, WH, listed
from assistant.language.fold import fold
from assistant.language.terms import content, find_names
from assistant.language.tokens import (
    PEOPLE,
    SAYING,
    Token,
    expand_contractions,
    is_saying,
    strip_opening,
    tokens,
)

LOOSE = listed(
    "exactly together then again else first not so come one for long often far old soon now yet"
)
PRONOUN_KINDS = {
    **dict.fromkeys(listed("he him his she her hers"), "person"),
    **dict.fromkeys(listed("it its"), "thing"),
    **dict.fromkeys(listed("they them their theirs"), "many"),
}
POSSESSIVE = listed("his her its their")
BOUNDARY = listed(
    "that who which whom what where when why how if while because after before since until "
    "although whether as and or but than to so then"
) | frozenset(SAYING.split("|"))
EXPLETIVE = re.compile(
    r"\b(?:is|was|be|been|would|does|did|how)\s+it\s+(?:be\s+)?(?:\w+\s+){0,3}"
    r"(?:to|for|that|if|when|whether|how)\b"
    r"|\b(?:find|finds|found|make|makes|made|making|consider|considers|considered)\s+it\b"
    r"|\bit\s+(?:rains?|snows?|possible)\b|\bit\s+(?:takes?|took|costs?)\b.*\bto\b"
    r"|\bwhat\s+(?:time|day|year)\s+(?:is|was)\s+it\b"
)
AT_HAND = listed(  # "this week", "this article": nothing said before is meant
    "week month year morning afternoon evening weekend summer winter spring century article page "
    "document text report file chapter passage story time"
)
VERB_ENDS = re.compile(r"(?:ed|en|wn|ing)$")
ASIDE = re.compile(
    r"(?:\bin (?:his|her|its|their) (?:view|opinion|eyes|words)|\baccording to (?:him|her|it|them))"
)


def depends(question: str) -> bool:
    """Whether a question leans on the talk before it."""
    opened = bool(re.match(r"(?:and|but|n)\b", question, re.I))
    asked = strip_opening(question)
    return (
        fragment(question)
        or bare_word(question)
        or lacks_noun(question)
        or dangling(question)
        or (opened and len(content(asked)) < 3)
        or definite_only(question)
        or bool(re.match(r"any(?:thing|one)?(?: [\w-]+){1,4}$", asked, re.I))
    )


# Kinds of leaning


def fragment(question: str) -> bool:
    """A phrase without verb or question word: "And Norway?", "What about the bill?", "Any news?".

    Without an opening word only one of a single name or noun counts: "greenland population" is a
    question in telegram style.
    """
    asked = strip_opening(question)
    found = tokens(asked)
    if any(t.low in AUXILIARY or t.low in WH for t in found) or not found:
        return False
    opened = len(asked) < len(expand_contractions(question).strip(" ?!."))
    if opened:
        return len(found) <= 8
    return len(find_names(asked)) <= 1 and (
        len(found) == 1 or (found[0].low in DETERMINER | PREPOSITION and len(found) <= 3)
    )


def bare_word(question: str) -> bool:
    """A question word with little beside it: "When?", "Why so slim?", "At whose request?"."""
    found = tokens(strip_opening(question))
    if any(t.low in AUXILIARY or t.named for t in found):
        return False
    asked = [i for i, t in enumerate(found) if t.low in WH]
    if not asked:
        return False
    own = [t for t in found if t.full and t.low not in LOOSE]
    if not own:
        return len(found) <= 5
    before = found[: asked[0]]
    led = bool(before) and all(t.low in PREPOSITION or t.low == "together" for t in before)
    started = len(found) == 2 and asked[0] == 1 and found[0].low.endswith("ing")
    why = found[0].low in ("why", "how") and len(found) == 3 and found[1].low in ("so", "not")
    happened = len(found) == 2 and asked[0] == 0 and found[0].low in ("who", "what")
    return len(own) == 1 and ((led and found[-1] is own[0]) or started or why or happened)


def lacks_noun(question: str) -> bool:
    """ "How many is Norway sending?": the noun is left to the talk."""
    found = re.search(r"\bhow many (?:is|are|was|were|has|have|does|do|did) (\w+)", fold(question))
    return found is not None and found.group(1) not in PREPOSITION | AUXILIARY


def definite_only(question: str) -> bool:
    """Nothing of its own but "the exercise" and a verb, or "anything similar"."""
    asked = strip_opening(question)
    if re.search(r"\b(?:any|some)thing similar\b(?! to)", asked, re.I):
        return True
    found = tokens(asked)
    if any(t.named or re.search(r"[\d\"]", t.low) for t in found):
        return False
    return sum(t.full for t in found) <= 2 and bool(
        re.match(rf"(?:{'|'.join(WH)})\b(?: \w+)? the \w+ \w+$", asked, re.I)
    )


def dangling(question: str) -> bool:
    """Whether a pronoun stands in the question that nothing in it explains."""
    asked = expand_contractions(question)
    found = tokens(asked)
    own = has_name(found)
    return bool(unexplained(asked)) or any(
        (t.low in ("that", "this", "these", "those") and demonstrative(found, i, own))
        or (t.low == "so" and 0 < i == len(found) - 1 and is_saying(found[i - 1]))
        for i, t in enumerate(found)
        if not quoted(asked, t)
    )


def pointing(asked: str) -> list[int]:
    """The places among its tokens of "that" and the like where no noun follows: "When was that
    created?", not "that game"."""
    found = tokens(asked)
    return [
        i
        for i, t in enumerate(found)
        if t.low in ("that", "this", "these", "those")
        and demonstrative(found, i, has_name(found))
        and not quoted(asked, t)
        and (i + 1 == len(found) or not found[i + 1].full or VERB_ENDS.search(found[i + 1].low))
    ]


def unexplained(asked: str) -> list[tuple[int, str]]:
    """The pronouns that nothing in the question explains: the place of each among its tokens, and
    the kind of what it stands for."""
    found = tokens(asked)
    low = fold(asked)
    idle = {i for m in EXPLETIVE.finditer(low) for i in range(m.start(), m.end())}
    aside = ASIDE.search(low)
    loose = []
    for i, token in enumerate(found):
        if quoted(asked, token) or (token.low == "it" and token.start in idle):
            continue
        if token.low == "there" and not has_name(found) and not existential(found, i):
            loose.append((i, "place"))
        elif token.low in PRONOUN_KINDS:
            spoken = aside is not None and aside.start() <= token.start < aside.end()
            if (spoken and not any(is_saying(t) for t in found)) or not explained(found, i):
                loose.append((i, PRONOUN_KINDS[token.low]))
    return loose


def explained(found: Sequence[Token], i: int) -> bool:
    """Whether a word of the question can be what the pronoun `found[i]` stands for.

    It stands before it in another clause, or in the same one for a possessive ("Which company
    moved its office?"); or after it where the pronoun's clause comes first ("After his visit, what
    did Vance say?", "In which of his terms did Trump …?").
    """
    kind = PRONOUN_KINDS[found[i].low]
    owner = found[i].low in POSSESSIVE and i + 1 < len(found) and found[i + 1].full
    for j in range(i - 1, -1, -1):
        if not can_be_meant(found, j, kind, owner):
            continue
        between = found[j + 1 : i]
        if owner or any(t.apart for t in (*between, found[i])):
            return True
        if any(
            t.low in BOUNDARY and not (t.low in PREPOSITION and t is between[-1]) for t in between
        ):
            return True
    for j in range(i + 2, len(found)):
        comma = any(t.apart for t in found[i + 1 : j + 1])
        turned = found[j - 1].low in AUXILIARY and any(t.low == "of" for t in found[:i])
        if found[j].named and (turned or (comma and found[0].low not in WH | AUXILIARY)):
            return True
    return False


def can_be_meant(found: Sequence[Token], j: int, kind: str, owner: bool) -> bool:
    """Whether `found[j]` can be meant by a pronoun of this kind."""
    token, before = found[j], found[j - 1].low if j else ""
    if token.low in ("who", "whose") and j == 0 and kind != "thing":
        return not (found[1].low in AUXILIARY and not (owner and found[1].low in ("has", "had")))
    if not token.full:
        return False
    if not any(t.text[0].isupper() for t in found):  # telegram style hides the names
        return True
    if kind == "person":
        place = before in ("the", "in", "to", "at", "from", "into", "near")
        return bool(PEOPLE.search(token.low)) or (token.named and not place)
    leads = DETERMINER | AUXILIARY | {"which", "what", "many", "of"}
    return token.named or before in leads or (j > 1 and found[j - 2].low in leads)


def has_name(found: Sequence[Token]) -> bool:
    """Whether there is a name; a question all in small letters has one if it has two words of
    its own."""
    small = not any(t.text[0].isupper() for t in found)
    return any(t.named for t in found) or (small and sum(t.full for t in found) > 1)


def quoted(asked: str, token: Token) -> bool:
    """Whether a word stands in quotation marks: other people's pronouns are not the asker's."""
    return fold(asked)[: token.start].count('"') % 2 == 1


def existential(found: Sequence[Token], i: int) -> bool:
    """ "Is there", "there are", "up there": no place said before is meant."""
    before = found[i - 1].low if i else ""
    near = [before, *(t.low for t in found[i + 1 : i + 2])]
    if before in ("up", "out", "over", "down"):
        return True
    return any(w in AUXILIARY for w in near) and before not in PREPOSITION


def demonstrative(found: Sequence[Token], i: int, own: bool) -> bool:
    """ "Who said that?", "Is this true?": not "says that …", "the bill that …", "this week".
    `own`: the question has a name of its own, so that "this Nordic country" is no riddle."""
    token, after = found[i], found[i + 1 :]
    before = found[i - 1].low if i else ""
    if after and after[0].low in AT_HAND | DETERMINER | PRONOUN | {"who", "of"}:
        return False
    if not after or all(not t.full or t.low in LOOSE for t in after):
        return i > 0 and not (after and after[0].low in AUXILIARY)
    if token.low != "that":
        limited = any(t.low in ("that", "who", "which") for t in after)
        return not own and not limited and not re.search(r"ed$", after[0].low)
    if not i or token.apart:
        return False
    if (before in AUXILIARY and i < 3) or (before in PREPOSITION and before != "than"):
        return not own
    return len(after) == 2 and not after[0].named and after[1].low in PREPOSITION
