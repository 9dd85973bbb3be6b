"""Written sentence against its sources: does all that it says stand there?

Pure functions over strings, in the manner of `premises`, whose words, stems and names they use;
they know nothing of language models, documents or quotes.  Bags of words cannot follow an
argument, so the check is lopsided on purpose: a wrong name, number, date or negation must never
pass, and a right sentence in words too far from its source may well be struck.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.language.english import (
    CALENDAR,
    DEMONYM,
    DOUBT,
    FUNCTION,
    IRREGULAR,
    NEGATION,
    NUMERALS,
    WEEKDAYS,
    WORD,
    listed,
)
from assistant.language.fold import fold
from assistant.language.terms import abbreviates, find_names, kin, stem, stems, unaccented, words
from assistant.question.asked import understand
from assistant.reading.premises import find_opposite

COVERAGE = 0.95
"""Share of a sentence's plain content words that its sources must hold, measured by
`eval/bench_compose.py tune`: 65 % of right sentences are kept, 98 % with a wrong word struck; a
lower one keeps hardly more (0.75: 70 %) and strikes far less (65 %)."""

FRAMING = listed(
    "according answer answers article document documents passage question sentence sentences "
    "source sources text therefore thus overall additionally furthermore moreover"
)
METONYMS = listed("washington england london brussels copenhagen paris")
QUANTIFIERS = listed(
    "dozen dozens hundred hundreds thousand thousands million millions billion billions trillion "
    "half third thirds quarter quarters twice thrice double triple all every most majority "
    "minority both none nobody"
)
MOMENTS = (
    WEEKDAYS
    | (CALENDAR - listed("may march mar second"))
    | listed("today tomorrow yesterday tonight next last previous ago")
)
UNIT_NAMES = {
    "dollar": re.compile(r"\$|\bdollars?\b|\busd\b"),
    "euro": re.compile(r"€|\beuros?\b|\beur\b"),
    "pound": re.compile(r"£|\bpounds?\b"),
    "percent": re.compile(r"%|\bper ?cent\b"),
}
PLAIN = set("0123456789$€£\t\n")  # currencies are compared by name
SCALES = {"hundred": 2, "thousand": 3, "million": 6, "bn": 9, "billion": 9, "trillion": 12}
NUMERAL = re.compile(rf"\b(?:{'|'.join(sorted(NUMERALS, key=len, reverse=True))})\b")
COMPOUND = re.compile(r"\b([2-9]0)-(\d)\b")
FIGURE = re.compile(
    r"(?<![\w.])(?P<sign>-(?=\d))?(?P<value>\d+(?:,\d{3})*(?:\.\d+)?)"
    rf"(?P<decades>['’]?s\b)?(?:\s?(?P<scale>{'|'.join(SCALES)})\b)?"
)
GLUED = re.compile(r"\b(?=[\d.,]*[^\W\d])(?!\S*\d(?:st|nd|rd|th|s|bn)\b)\d[\w.,]*\w")  # 57e3, 5km
HEDGE = re.compile(
    r"\b(?:may|might|could|would|should|plan(?:s|ned|ning)? to|wants? to|wanted to|"
    r"hop(?:es?|ed) to|threat\w*|possib\w+|potential\w*|propos\w+|consider\w*|whether|if|"
    r"pledg\w+|promis\w+|vow\w*|intend\w*|aim(?:s|ed) to|call(?:s|ed) for|urg\w+|"
    r"demand\w*|alleg\w+|claim\w*|insist\w*|expect\w*|set to|will)\b"
)


@dataclass(frozen=True)
class Support:
    """What speaks against a written sentence, in words for a person, and the share of its plain
    content words that its sources hold."""

    against: tuple[str, ...]
    coverage: float

    @property
    def holds(self) -> bool:
        return not self.against and self.coverage >= COVERAGE


def check_support(written: str, sources: Sequence[str], granted: str = "") -> Support:
    """Whether `sources` carry a written sentence.

    The plain words of `granted` need not stand there: those of a question that the sentence
    answers.  Names, numbers, dates and negations always do.
    """
    source = "\n".join(sources)
    plain = plain_words(written)
    against = [
        *missing_figures(written, source),
        *missing_signs(written, source),
        *missing_words(written, source),
        *missing_names(written, sources, granted),
        *turned(written, source),
    ]
    if not plain and not capitals(written) and not figures(written):
        against.append("it says nothing")
    held = stems(source) | plain_stems(granted)
    share = sum(stem(w) in held for w in plain) / len(plain) if plain else 1.0
    if share < 1 and not re.search(r"[A-Z]", written[1:]):
        against.append("names cannot be told from words")
    return Support(tuple(against), share)


# Numbers and dates


def figures(text: str) -> set[str]:
    """The numbers of a text by value, wherever they are whole: "57 thousand" is "57000", "twenty-
    five" is "25", "5.5" is not "5"; "1990s" stays as it is."""
    low = NUMERAL.sub(lambda m: str(NUMERALS[m.group()]), fold(text))
    low = COMPOUND.sub(lambda m: str(int(m[1]) + int(m[2])), low)
    low = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", low)
    found = set()
    for match in FIGURE.finditer(low):
        value = Decimal(match["value"].replace(",", "")) * 10 ** SCALES.get(match["scale"], 0)
        sign, decades = match["sign"] or "", "s" if match["decades"] else ""
        found.add(f"{sign}{value.normalize():f}{decades}")
    return found


def missing_figures(written: str, source: str) -> list[str]:
    missing = sorted(figures(written) - figures(source))
    low, there = fold(written), fold(source)
    missing += [u for u, sign in UNIT_NAMES.items() if sign.search(low) and not sign.search(there)]
    missing += sorted(set(GLUED.findall(low)) - set(GLUED.findall(there)))
    return [f"“{figure}” is not in the source" for figure in missing]


def missing_signs(written: str, source: str) -> list[str]:
    """Characters that are neither letters, plain digits, spaces nor punctuation: "½", "²", "+" turn
    a number into another, and what cannot be seen turns the words around it."""
    strange = {c for c in written if unicodedata.category(c)[0] in "NSC" and c not in PLAIN}
    return [
        f"“{c if c.isprintable() else f'U+{ord(c):04X}'}” is not in the source"
        for c in sorted(strange - set(source))
    ]


def missing_words(written: str, source: str) -> list[str]:
    """Words of quantity and time, which only count as they are."""
    low = NUMERAL.sub(lambda m: str(NUMERALS[m.group()]), fold(written))
    low = FIGURE.sub(" ", low)  # "57 thousand" has been compared by value
    exact = (QUANTIFIERS | MOMENTS) & set(words(low))
    return [f"“{word}” is not in the source" for word in sorted(exact - set(words(source)))]


# Names


def capitals(text: str) -> list[str]:
    """Words with a capital; the first one too, unless it is a function word or an adverb."""
    found = []
    for match in WORD.finditer(text):
        word = re.sub(r"['’]s?$", "", match.group())
        low = fold(word)
        if not word[:1].isupper() or word == "I":
            continue
        first = match.start() == first_letter(text)
        month = low == "may" and not first
        if low in FUNCTION | FRAMING and not (month or (len(word) > 1 and word.isupper())):
            continue
        if first and (low.endswith("ly") or low in NUMERALS):
            continue
        found.append(word)
    return found


def first_letter(text: str) -> int:
    match = WORD.search(text)
    return match.start() if match else 0


def missing_names(written: str, sources: Sequence[str], granted: str) -> list[str]:
    """Names that the sources do not hold, or hold only in parts that do not belong together."""
    there = [strip_possessive(w) for w in words("\n".join(sources))]
    allowed = set(there) | {part for w in there for part in w.split("-")}
    held = stems("\n".join(sources))
    asked = plain_stems(granted)
    opening = WORD.search(written)
    missing = []
    for word in dict.fromkeys(capitals(written)):
        low = strip_possessive(fold(word))
        first = opening is not None and opening.group().startswith(word)
        parts = [p for p in low.split("-") if p not in FUNCTION] or [low]
        plain = first and stem(low) in held | asked
        if not plain and not all(is_named(p, allowed, there) for p in parts):
            missing.append(f"“{word}” is not in the source")
    if not missing:
        runs = [set(map(strip_possessive, words(n))) for s in sources for n in find_names(f"— {s}")]
        for name in find_names(f"— {written}"):
            own = [strip_possessive(w) for w in words(name)]
            own = [w for w in own if w not in CALENDAR | FUNCTION | asked]
            if len(own) > 1 and not any(all(is_named(w, run, ()) for w in own) for run in runs):
                missing.append(f"“{name}” is not in the source")
    return missing


def is_named(word: str, allowed: Iterable[str], there: Iterable[str]) -> bool:
    """Whether a folded part of a name is among these words, as it is or as its people's name."""
    allowed = set(allowed)
    if word in allowed or (there and abbreviates(word, list(there))):
        return True
    if word not in METONYMS:
        for group in IRREGULAR:
            if word in group and group & allowed:
                return True
    return any(demonym(word, other) for other in allowed)


def demonym(a: str, b: str) -> bool:
    """Whether one is the other's people: "greenland", "greenlandic"; not "hansen", "hanson"."""
    a, b = sorted((a, b), key=len)
    ending = DEMONYM.search(b)
    return bool(ending and len(ending.group()) > 1 and len(a) > 3 and kin(a, b) and a[:4] == b[:4])


def strip_possessive(word: str) -> str:
    return unaccented(re.sub(r"'s?$", "", word))


# What is denied, left open, or the other way round


def turned(written: str, source: str) -> list[str]:
    """Negations, opposites and plans that the sentence and its source do not share."""
    said = stems(written)
    found = []
    if no := NEGATION.search(fold(written)):
        denies = governed(written, NEGATION, 1)
        if not NEGATION.search(fold(source)) and not DOUBT.search(fold(source)):
            found.append(f"the source has no “{no.group()}”")
        elif alone := denies - governed(source, NEGATION, 5):
            found.append(f"the source does not deny {list_quoted(alone)}")
    dropped = (governed(source, NEGATION, 2) & said) - governed(written, NEGATION, 5)
    if dropped:
        found.append(f"the source denies {list_quoted(dropped)}")
    if not HEDGE.search(fold(without_may(written))):
        open_ = governed(without_may(source), HEDGE, 1) & said
        if open_:
            found.append(f"the source leaves open {list_quoted(open_)}")
    for doubt in DOUBT.finditer(fold(written)):  # a doubt that the sentence shares is none
        source = fold(source).replace(doubt.group(), " ")
    opposite = find_opposite(understand(f"— {written}"), source)
    return [*found, *([opposite] if opposite else [])]


def without_may(text: str) -> str:
    """The text without the month, which is no plan."""
    return re.sub(r"(?<=\w )May\b", "", text)


def governed(text: str, pattern: re.Pattern[str], reach: int) -> set[str]:
    """Stems of the next `reach` plain words in the clause after each match of a pattern."""
    low, found = fold(text), set()
    for match in pattern.finditer(low):
        clause = re.split(r"[,.;:!?]| but | however ", low[match.end() :])[0]
        found |= {stem(w) for w in lower_words(clause)[:reach]}
    return found


def list_quoted(found: set[str]) -> str:
    return ", ".join(f"“{word}”" for word in sorted(found))


# Plain words


def lower_words(text: str) -> list[str]:
    """Content words without figures."""
    return [
        w.removesuffix("'s")
        for w in words(text)
        if w.removesuffix("'s") not in FUNCTION | FRAMING | NUMERALS.keys()
        and not re.search(r"\d", w)
    ]


def plain_words(text: str) -> list[str]:
    """Content words that are neither names nor figures, nor compared exactly anyhow."""
    exact = {fold(w) for w in capitals(text)} | QUANTIFIERS | MOMENTS
    return [w for w in lower_words(text) if w not in exact]


def plain_stems(text: str) -> set[str]:
    return {stem(w) for w in plain_words(text)}
