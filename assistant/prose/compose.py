"""Answer -> prose by a language model, which chooses numbers and words but never quotes.

The model sees numbered sentences, each a Quote of a document, and returns sentences that name the
numbers they rest on.  What it says is held against those quotes sentence by sentence
(`support`): what does not stand there is struck out.  The quotes themselves are never its copy.
When no sentence is left, or those left do not give the answer, the extractive answer stands alone.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.answer import Lookup, overlap, quote
from assistant.attribution.widen import REFERS_BACK
from assistant.language import terms
from assistant.language.fold import fold
from assistant.language.sentences import split
from assistant.prose import prompts
from assistant.prose.support import check_support, figures
from assistant.records import Answer, Quote, Reading, Sentence

MATERIAL = 6  # numbered sentences shown to the model
SENTENCES = 6  # of its reply that are read; it is asked for three
NEXT_WORDS = (
    5  # words of the next that end a sentence: “…!” Ann Bea Cy Dee said … is still the same
)
STATED = 0.5  # share of the answer's words that the prose must hold to have given it
LEFT_OUT = "the prose leaves out the answer"

NUMBERS = (
    r"[\[【]\s*(?:(?:sources?|sentences?|quotes?)\s*)?"
    r"\^?\d+(?:\s*(?:[,;&–-]|and)\s*\^?\d+)*\s*[\]】]"
)
MARKER = re.compile(NUMBERS, re.IGNORECASE)
LEADING = re.compile(rf"\s*(?:[-*•>#]+\s+)?((?:{NUMBERS}\s*)*):?", re.IGNORECASE)
TRAILING = re.compile(rf"([.!?]{{1,3}}[\"”’']?)(\s*(?:{NUMBERS}\s*)+)", re.IGNORECASE)
QUOTED = re.compile(r"[\"“”«]([^\"“”«»]+)[\"“”»]")
ADDRESSED = re.compile(  # to a model rather than to a reader
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:above|previous|prior|earlier|rules?"
    r"|instruction\w*|prompt|sentences?|material|documents?|everything)\b"
    r"|\b(?:system|developer) (?:prompt|message|note)\b|\b(?:new|these|your) instructions?\b"
    r"|^\W*(?:system|assistant|user|human|ai|answer)\s*:|<\|?/?\w+\|?>|\[/?(?:INST|SYS)\]"
    r"|\byou (?:are|act|must act)\b.{0,30}\b(?:assistant|language model|ai|chatbot|bot)\b"
    r"|\b(?:as an?|dear|attention,?|note to(?: the)?) (?:ai|language model|llm|assistant|chatbot)\b"
    r"|\b(?:the )?(?:assistant|language model|llm|chatbot) (?:must|should|has to|is to|shall)\b"
    r"|\b(?:say|answer|respond|reply|write|output|print|repeat)\b"
    r" (?:only |instead |exactly |simply |with )*[\"“:]"
    r"|\b(?:answer|respond|reply) (?:only |instead )?with\b",
    re.IGNORECASE,
)

UNFINISHED = re.compile(r"(?:[\[【][^\]】]*|\S*)$")  # word or number of a reply still on its way

Write = Callable[[str, str], Iterable[str]]
"""A system message and a user's -> the model's reply, piece by piece.  Raises
LanguageModelError."""


@dataclass(frozen=True)
class Claim:
    """A sentence as the model wrote it, without its markers, and the numbers that it named."""

    text: str
    numbers: tuple[int, ...]


def composed(answer: Answer, found: Reading, lookup: Lookup, write: Write) -> Iterator[Answer]:
    """The answer with what the model wrote about it: again with every sentence that is over and
    checked, once those left give the answer; last with all of them.

    Nothing for an answer that was not found: the model is not asked.  Raises LanguageModelError
    when it fails; what came until then stands.
    """
    shown = material(answer, found, lookup) if answer.found else []
    if not shown:
        return
    told, asked = prompts.load_prompt("answer").fill(
        question=harmless(answer.query_used), material=numbered(shown)
    )
    reply, over = "", 0
    for piece in write(told, asked):
        reply += piece
        claims = finished_sentences(reply)
        if len(claims) > over:
            over = len(claims)
            made = with_prose(answer, claims, shown)
            if made.prose:
                yield made
        if over >= SENTENCES:
            break
    yield with_prose(answer, parsed(reply), shown)


def with_prose(answer: Answer, claims: Sequence[Claim], shown: Sequence[Quote]) -> Answer:
    """The answer with these claims, each judged, and the quotes that they rest on."""
    sentences = given(checked(claims, shown, answer), answer)
    cited = {i for s in sentences if s.supported for i in s.quote_ids}
    more = [q for q in shown if q not in answer.quotes and q.quote_id in cited]
    return dataclasses.replace(answer, quotes=(*answer.quotes, *more), sentences=sentences)


# What the model sees


def material(answer: Answer, found: Reading, lookup: Lookup) -> list[Quote]:
    """The answer's quotes, then what the reader read for other answers, best first.

    Words that address a model rather than a reader are not shown: they may be quoted, but nobody
    is to write from them.
    """
    places = [quote(lookup(c.span.doc_id), (c.span.start, c.span.end), c.span.margin)
              for c in found.candidates if c.span.margin > 0]  # fmt: skip
    shown: list[Quote] = []
    for made in (*answer.quotes, *places):
        if not ADDRESSED.search(made.text) and not any(overlap(made, q) for q in shown):
            shown.append(made)
    return shown[:MATERIAL]


def numbered(shown: Sequence[Quote]) -> str:
    """One line a quote, so that no line of a document can pass for one of ours."""
    return "\n".join(
        f"[{number}] {f'{harmless(q.speaker)}: ' if q.speaker else ''}{harmless(q.text)}"
        for number, q in enumerate(shown, start=1)
    )


def harmless(text: str) -> str:
    """On one line, without what could pass for a number, a fence or a model's own marks."""
    return re.sub(r"\s+", " ", text).translate(str.maketrans("<>[]【】{}|", "‹›()()()¦")).strip()


# What the model wrote


def parsed(reply: str) -> list[Claim]:
    """The sentences of a reply with the numbers they name, read leniently: [1], [1, 3], [1-3],
    [Source 1], before the sentence's end mark, after it, or in front of its line."""
    return list(claims(re.sub(r"(?s)<think>.*?(?:</think>|$)", "", reply)))


def finished_sentences(reply: str) -> list[Claim]:
    """The sentences of a reply on its way that are over, whatever may follow."""
    begun = UNFINISHED.sub("", reply)
    if begun.count('"') % 2 or begun.count("“") > begun.count("”"):
        begun = begun[: max(map(begun.rfind, '"“'))]  # where a quotation ends is not known yet
    found = parsed(begun)
    return found[: -1 if found and len(found[-1].text.split()) >= NEXT_WORDS else -2]


def claims(reply: str) -> Iterator[Claim]:
    seen: set[str] = set()
    for line in reply.splitlines():
        leading = LEADING.match(line)
        first = expand_marker(leading.group(1)) if leading else ()
        body = line[leading.end() :] if leading else line
        body = TRAILING.sub(lambda m: f" {m[2].strip()}{m[1]} ", body)
        for start, end in split(body.strip()):
            piece = body.strip()[start:end]
            text = re.sub(r"\s+([.,!?;])", r"\1", re.sub(r"\s+", " ", MARKER.sub("", piece)))
            text = text.replace("**", "").strip()
            if re.search(r"\w", text) and fold(text) not in seen and len(seen) < SENTENCES:
                seen.add(fold(text))
                named = [n for m in MARKER.finditer(piece) for n in expand_marker(m.group())]
                yield Claim(text, tuple(dict.fromkeys(named or first)))


def expand_marker(marker: str) -> tuple[int, ...]:
    """The numbers of "[1, 3-5]": 1, 3, 4, 5."""
    found: list[int] = []
    for a, b in re.findall(r"(\d+)(?:\s*[–-]\s*\^?(\d+))?", marker):
        found += range(int(a), min(int(b or a), int(a) + MATERIAL) + 1)
    return tuple(found)


# The check


def checked(claims: Sequence[Claim], shown: Sequence[Quote], answer: Answer) -> list[Sentence]:
    """Each claim held against the quotes it names.

    Numbers that do not exist are dropped.  A claim that names none is held against each quote
    alone.  One that leans on the sentence before it ("He …") falls with that sentence, and must
    share a quote with it: else "he" may be another.
    """
    made: list[Sentence] = []
    for claim in claims:
        cited = [shown[n - 1] for n in claim.numbers if 0 < n <= len(shown)]
        tries = [cited] if cited else [[q] for q in shown]
        best = min((judged(claim.text, t, answer) for t in tries), key=lambda s: not s.supported)
        if made and best.supported and REFERS_BACK.match(best.text):
            shared = set(made[-1].quote_ids) & set(best.quote_ids)
            if not (made[-1].supported and shared):
                best = struck(best, "it leans on a sentence that does not carry it")
        made.append(best)
    return made


def judged(text: str, cited: Sequence[Quote], answer: Answer) -> Sentence:
    """One sentence against its quotes, with the marks taken off words that nobody said."""
    sources = [source for q in cited for source in (q.text, q.speaker) if source]
    text, notes = unmarked(text, sources)
    granted = asked_for(answer.query_used) if states(text, answer) else ""
    result = check_support(text, sources, granted)
    notes += result.against
    if not result.against and not result.holds:
        notes += (f"only {result.coverage:.0%} of its words are in the source",)
    return Sentence(text, tuple(q.quote_id for q in cited), result.holds, "; ".join(notes))


def unmarked(text: str, sources: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The text without quotation marks around words that stand in no source, and a note of each."""
    there = [re.sub(r"\s+", " ", fold(s)) for s in sources]
    notes: list[str] = []

    def kept(match: re.Match[str]) -> str:
        inside = re.sub(r"\s+", " ", fold(match[1])).strip().rstrip(".,!?")
        if any(inside in s for s in there):
            return match.group()
        notes.append(f"“{match[1]}” is not quoted: the marks were taken off")
        return match[1]

    return QUOTED.sub(kept, text), tuple(notes)


def asked_for(question: str) -> str:
    """The part of a question whose words an answer may repeat: its first clause, for what comes
    after that may be an order, and nothing of one that speaks to the model."""
    return "" if ADDRESSED.search(question) else re.split(r"[.:;!?]|,? and |, ", question)[0]


def states(text: str, answer: Answer) -> bool:
    """Whether a text gives the answer: its numbers, and half its other words."""
    covered = terms.coverage(terms.content(answer.text), text)
    return figures(answer.text) <= figures(text) and covered >= STATED


def given(sentences: Sequence[Sentence], answer: Answer) -> tuple[Sentence, ...]:
    """All struck unless what is left gives the answer that the reader found."""
    left = " ".join(s.text for s in sentences if s.supported)
    if states(left, answer):
        return tuple(sentences)
    return tuple(struck(s, LEFT_OUT) for s in sentences)


def struck(sentence: Sentence, why: str) -> Sentence:
    if not sentence.supported:
        return sentence
    note = "; ".join(n for n in (sentence.note, why) if n)
    return dataclasses.replace(sentence, supported=False, note=note)
