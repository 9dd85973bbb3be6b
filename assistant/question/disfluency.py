"""A question with a spoken correction in it -> the question that was meant.

"What did Trump, no wait, Rubio say?" -> "What did Rubio say?"  What is taken back is the
reparandum, the words that take it back are the interregnum, what stands for it is the repair
(Shriberg 1994).  Only words that can hardly mean anything else count as taking back, so that a
question that merely has "sorry" or "no" in it is left alone.
"""

from __future__ import annotations

import re
from itertools import chain

from assistant.language.english import AUXILIARY, FUNCTION, PREPOSITION, WH, WORD, listed

HESITATION = r"(?:u[hm]+|e[rh]m?|hm+|oh|oops)"
ASKED = rf"(?:{'|'.join(sorted(WH | AUXILIARY))})\b"
BEGUN_QUESTION = (  # a whole question: "in which year did"
    rf"(?:(?:{'|'.join(sorted(PREPOSITION))})\s+)?(?:{'|'.join(sorted(WH))})\s+"
    rf"(?:\w+\s+){{0,2}}(?:{'|'.join(sorted(AUXILIARY))})\b"
)
TAKES_BACK = (
    rf"(?:(?:{HESITATION}|no|sorry|actually|wait)[\s,.…-]+){{0,4}}"
    r"(?:(?<!there )no,? wait|wait,? no|oh,? wait|oh,? sorry|(?<=, )(?:wait|sorry|actually)(?=,)|"
    r"no,? sorry|sorry,? no|no,? actually|actually,? no|"
    r"no,? make that|no,? rather|or,? rather|scratch that|strike that|correction:|oops|"
    rf"{HESITATION},? (?:no|sorry|make that)|I mean|I meant|no,? tell me|my mistake|my bad|"
    rf"sorry(?=[\s,.…]+{ASKED})|(?:no|wait|actually|{HESITATION})(?=[\s,.…]+{BEGUN_QUESTION}))"
    r"(?:[\s,.…-]+(?:no|sorry|actually|rather|I mean|I meant|to (?:say|ask)|wait|make that|tell me|"
    rf"{HESITATION}))*"
)
INTERREGNUM = re.compile(
    rf"(?<![\w'’])(?<!\bsay )(?<!\bsaid )(?:{TAKES_BACK})(?![\w'’])", re.IGNORECASE
)
# a bare "no", between commas or dashes, or between two names or figures
NO = re.compile(r"(?<=[\w'’])(?:, ?no, ?| [–—-]+ ?no ?[–—-]+ | ?[–—] ?no ?[–—] ?| no )(?=\w)")
# what may take back where a word said just before is said again after it
AGAIN = re.compile(rf"(?<=\w),? (?:({HESITATION})|no|wait|sorry|actually)\b[\s,.…]+(?=\w)")
FILLED = re.compile(r"(?:,\s*)?(?<![\w'’])(?:u[hm]+|erm|hm+)(?![\w'’])[\s,.…]*(?=\w)")
QUOTATION = re.compile(r"[\"“”]")
SAID = listed("say says said saying yes no or")
AROUND = " \t\n,.;:…()-"
CORRECTIONS = 5  # in one question; nobody means more
WORDS_SAID_AGAIN = 5  # words back that a repair may begin again from


def repair(question: str) -> str:
    """The question without what it takes back and without "uh" and "um"; as it is, where it takes
    nothing back or nothing would be left."""
    text = question
    for _ in range(CORRECTIONS):
        found = taken_back(text)
        if found is None:
            break
        before, after = text[: found.start()].rstrip(AROUND), text[found.end() :].lstrip(AROUND)
        quoted = len(QUOTATION.findall(before)) % 2  # somebody else's words
        if quoted or not WORD.search(after):
            break
        text = after if asks(after) else f"{keep(before, after)} {after}".strip()
    text = FILLED.sub(" ", text)
    if text == question or not WORD.search(text):
        return question
    text = " ".join(text.split())
    return text[0].upper() + text[1:] if question[0].isupper() else text


def taken_back(text: str) -> re.Match[str] | None:
    """The first words that take back what was said before them."""
    if found := INTERREGNUM.search(text):
        return found
    for found in chain(NO.finditer(text), AGAIN.finditer(text)):
        before = WORD.findall(text, max(0, found.start() - 200), found.start())
        after = WORD.search(text, found.end())
        if not before or after is None:
            continue
        last, first = before[-1], after.group()
        if found.re is AGAIN:
            # "the king uh the queen", but "the population of um the island"
            small = first.lower() in FUNCTION - WH
            near = (2 if found.group(1) else 0) if small else WORDS_SAID_AGAIN
            again = first.lower() in [w.lower() for w in before[max(0, len(before) - near) :]]
        elif found.group() == " no ":
            # not "Has Denmark no Army?"
            owns = text[:4].strip().lower() in ("has", "have", "had")
            again = (
                is_marked_word(last)
                and is_marked_word(first)
                and last.lower() not in FUNCTION
                and not owns
            )
        else:
            again = last.lower() not in SAID
        if again:
            return found
    return None


def asks(text: str) -> bool:
    """Whether a text is a question from its beginning on."""
    words = [w.lower() for w in WORD.findall(text)]
    if words[0] in PREPOSITION:
        del words[0]
    return len(words) > 2 and words[0] in WH | AUXILIARY


def keep(before: str, repair: str) -> str:
    """What of the words before an interregnum stands, given the repair that follows it.

    A repair that begins with a word said just before goes back to it ("in France no wait in
    Spain"); a name or figure replaces the name or figure before it; else the last phrase goes.
    """
    words = list(WORD.finditer(before))
    first = WORD.search(repair)
    if not words or first is None:
        return ""
    for word in reversed(words[-WORDS_SAID_AGAIN:]):
        if word.group().lower() == first.group().lower():
            return before[: word.start()].rstrip()
    at = len(words) - 1
    last = max(1, at - WORDS_SAID_AGAIN + 1)
    names = [i for i in range(last, at + 1) if is_marked_word(words[i].group())]
    if names and is_marked_word(first.group()):
        at = names[-1]
        while at > 1 and is_marked_word(words[at - 1].group()):
            at -= 1
    elif words[at].group().lower() not in FUNCTION:
        while at > 1 and words[at - 1].group().lower() not in FUNCTION:
            at -= 1
    return before[: words[at].start()].rstrip()


def is_marked_word(word: str) -> bool:
    """Whether a word is a name or a figure by its looks."""
    return word[0].isupper() or word[0].isdigit()
