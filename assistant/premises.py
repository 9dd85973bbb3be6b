"""Question against span: does what was read fit what was asked, and what was taken for granted?

Pure functions over three strings: the question, the words of a candidate answer, and the context
they were read in (the chunk).  They know nothing of readers, documents or thresholds.  `check`
gives reasons a person can read; `features` gives the same as numbers, for a fitted model.

A hard clash is one that a right answer hardly ever shows: a "how many" answered without any
number, or a year in the question that the context does not hold.  A soft one only makes an answer
less likely: a missing name may be hidden behind a pronoun.  Words are compared by stem, names by
their parts, demonyms and initials, numbers by value.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from assistant.fold import fold
from assistant.sentences import split

FEATURES = (
    "name_overlap",
    "sentence_names",
    "number_missing",
    "type_match",
    "negation_mismatch",
    "contradiction",
    "coverage",
    "sentence_coverage",
)

PASSAGES = 1024  # texts of which words, names and numbers are remembered: chunks come again
NEARLY_ALL = 0.8  # share of a question's words in a sentence that may deny it
MOST = 0.6  # share of its words, names and dates aside, in the clause that a negation governs
DENIES = 0.1  # what a denial adds to the share of words that a sentence holds
REACH = 4  # content words that a negation or an opposite may stand away from what it denies


def listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


WORD = re.compile(r"[^\W_]+(?:[.,'’&-][^\W_]+)*")

WH = listed("who whom whose what which when where why how")
AUXILIARY = listed(
    "am is are was were be been being do does did has have had can could will would shall should "
    "may might must isn't aren't wasn't weren't don't doesn't didn't hasn't haven't hadn't can't "
    "couldn't won't wouldn't shouldn't mustn't"
)
PREPOSITION = listed(
    "about above across after against among around as at before behind below between by during "
    "for from in inside into of off on onto out outside over since than through till to toward "
    "towards under until up upon via with within without according"
)
DETERMINER = listed(
    "a an the this that these those any some each every no another both either neither all "
    "my your his her its our their"
)
PRONOUN = listed(
    "i you he she it we they me him us them mine yours hers ours theirs himself herself itself "
    "themselves there here one ones"
)
FUNCTION = (
    WH
    | AUXILIARY
    | PREPOSITION
    | DETERMINER
    | PRONOUN
    | listed(
        "and or but nor if then so not only just even also too again else yet still ever never "
        "exactly that's it's what's who's where's when's how's many much more most few less least "
        "such same other others own very now while because although whether n't let"
    )
)

UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
NUMERALS = {
    word: value * step
    for text, first, step in ((UNITS, 0, 1), (TENS, 2, 10), (ORDINALS, 0, 1))
    for value, word in enumerate(text.split(), start=first)
}
QUANTITY = listed(
    "dozen dozens hundred hundreds thousand thousands million millions billion billions trillion "
    "trillions half halves third thirds quarter quarters twice thrice single double triple pair "
    "couple several few many most all both none no nobody neither nothing any every some various "
    "numerous majority minority a an only once ten tens scores multiple countless unlimited "
    "each"
)
CALENDAR = listed(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december jan feb mar apr jun jul aug sep sept "
    "oct nov dec"
)
WEEKDAYS = listed("monday tuesday wednesday thursday friday saturday sunday")
TIME = CALENDAR | listed(
    "today tomorrow yesterday tonight now soon recently currently later earlier immediately always "
    "never annually daily weekly monthly yearly nightly hourly already previously formerly "
    "originally initially eventually afterward afterwards thereafter overnight simultaneously "
    "second seconds minute minutes hour hours day days week weeks weekend month months year years "
    "decade decades century centuries millennium millennia era age ages period periods season "
    "spring summer autumn fall winter morning afternoon evening night noon midday midnight dawn "
    "dusk sunrise sunset christmas easter ramadan bc ad bce ce am pm am. pm. ago reign dynasty "
    "war wartime postwar prewar birth death childhood start beginning end ending middle late "
    "early mid times time date future past present quarter term semester eve anniversary "
    "revolution"
)
TEMPORAL = listed(
    "when whenever while as after before during until till since by once upon following within "
    "throughout between from if prior in at on over"
)
NEGATION = re.compile(
    r"\b(?:not(?! (?:only|just|merely))|no(?! (?:less|fewer|later|more) than)|never|none|nobody|"
    r"nothing|neither|nor|without|cannot|[a-z]+n't|failed to|fails to|refused to|refuses to|"
    r"declined to|denied|denies|unable to|instead of|rather than|lack of)\b"
)
DOUBT = re.compile(  # what has not happened, or not yet
    r"\b(?:unlikely|odds\b.{0,120}\bslim|slim chances?|little chance|no plans?|ha(?:s|ve) yet to|"
    r"falsely|wrongly|baseless|no evidence|no conclusions?|no intention|no agreement)\b"
)
CLAUSE_ENDS = re.compile(r"[,.;:](?!\d)| but | however | and ")
AFFIRMS = re.compile(r"\buntil\b|^no longer\b|^(?:instead of|rather than)\b")
DONE = re.compile(r"\b(?:did|was|were|had|has|have)\b")
OPPOSITES = tuple(
    tuple(frozenset(side.split()) for side in pair.split("|"))
    for pair in (
        "support back endorse welcome favour favor|reject oppose condemn",
        "accept approve agree grant|reject refuse deny decline",
        "increase raise expand grow strengthen add|decrease reduce cut withdraw shrink weaken",
        "praise commend hail applaud|criticise criticize condemn unnecessary blame",
        "join enter|leave quit exit withdraw",
        "allow permit|ban forbid prohibit",
        "win|lose",
        "rise climb|fall drop decline",
        "open|close shut",
        "start begin launch|stop end cancel halt",
        "buy acquire|sell",
        "attend visit|skip boycott",
        "pass adopt|slim unlikely fail",
        "before|after",
        "highest largest|lowest smallest",
        "majority|minority",
        "cancel|opening open planned",
        "northern|southern",
        "eastern|western",
        "north|south",
        "east|west",
    )
)

IRREGULAR = tuple(
    frozenset(group.split("|"))
    for group in (
        "us|u.s|u.s.a|usa|united states|america|american|americans|washington",
        "uk|u.k|united kingdom|britain|british|briton|britons|england|london",
        "eu|european union|europe|european|brussels",
        "un|u.n|united nations",
        "denmark|danish|dane|danes|copenhagen",
        "france|french|paris",
        "finland|finnish|finn|finns",
        "spain|spanish|spaniard|spaniards",
        "netherlands|dutch|holland",
        "poland|polish|pole|poles",
        "greece|greek|greeks",
        "ireland|irish",
        "wales|welsh",
        "switzerland|swiss",
        "turkey|turkish|turk|turks|türkiye",
        "peru|peruvian|peruvians",
        "austria|austrian|austrians",
        "australia|australian|australians",
    )
)
SETTLED = frozenset().union(*IRREGULAR)
DEMONYM = re.compile(r"(?:ians?|ans?|ese|ish|ics?|ers?|is?|s)$")

_stem = Stemmer.Stemmer("english")


@dataclass(frozen=True)
class Check:
    """Why a span may not answer a question, in words for a person; both empty: nothing speaks
    against it."""

    hard: tuple[str, ...]
    soft: tuple[str, ...]


def check(question: str, span: str, context: str) -> Check:
    """What speaks against `span`, read in `context`, as the answer to `question`."""
    sentence = around(span, context)
    hard = [*kind_clash(question, span), *missing_numbers(question, context)]
    soft = [f"{name} is not mentioned here" for name in missing_names(question, context)]
    soft += missing_days(question, context)
    soft += negated(question, span, sentence)
    soft += contradicted(question, span, sentence)
    return Check(tuple(hard), tuple(soft))


def clashes(question: str, span: str, context: str) -> tuple[str, ...]:
    """All reasons of `check`, hard ones first."""
    found = check(question, span, context)
    return found.hard + found.soft


def features(question: str, span: str, context: str) -> tuple[float, ...]:
    """The values of `FEATURES`.

    name_overlap        share of the question's names that the context holds; 1 without names
    sentence_names      the same for the span's sentence
    number_missing      1 when a number of the question is not in the context, else 0
    type_match          1 the span is of the kind asked for, -1 it cannot be, 0 unknown
    negation_mismatch   1 when the span's sentence denies what the question takes for granted
    contradiction       1 when it says the opposite of a word of the question, or doubts it
    coverage            share of the question's content words in the context; 1 without any
    sentence_coverage   the same for the span's sentence
    """
    sentence = around(span, context)
    return (
        name_share(question, context),
        name_share(question, sentence),
        float(bool(missing_numbers(question, context))),
        float(type_match(question, span)),
        float(bool(negated(question, span, sentence))),
        float(bool(contradicted(question, span, sentence))),
        coverage(question, context),
        coverage(question, sentence),
    )


# Words


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    return str(_stem.stemWord(word))


@lru_cache(maxsize=PASSAGES)
def words(text: str) -> tuple[str, ...]:
    """Folded words, figures such as 57,000 and hyphenated ones whole."""
    return tuple(WORD.findall(fold(text)))


@lru_cache(maxsize=PASSAGES)
def content(text: str) -> tuple[str, ...]:
    """Folded words without function words, possessives taken off."""
    return tuple(w for w in (w.removesuffix("'s") for w in words(text)) if w not in FUNCTION)


@lru_cache(maxsize=PASSAGES)
def stems(text: str) -> frozenset[str]:
    return frozenset(stem(part) for w in content(text) for part in (w, *w.split("-")))


@lru_cache(maxsize=PASSAGES)
def names(text: str) -> tuple[str, ...]:
    """Runs of capitalised words ("House of Representatives" is one); not the first word of the
    text unless a capital or a possessive follows; none where all is in capitals."""
    if text.isupper():
        return ()
    found: list[str] = []
    run: list[re.Match[str]] = []
    for token in [*WORD.finditer(text), None]:
        if token is not None and token.group() == "of" and run:
            run.append(token)
            continue
        joined = run and token is not None and text[run[-1].end() : token.start()].isspace()
        if token is not None and capital(token.group()) and (not run or joined):
            run.append(token)
            continue
        found += finished(run)
        run = [token] if token is not None and capital(token.group()) else []
    return tuple(found)


def finished(run: list[re.Match[str]]) -> Iterator[str]:
    """The name in a run of capitalised tokens, if it is one."""
    while run and fold(run[-1].group()) == "of":
        run.pop()
    first = bool(run) and run[0].start() == 0
    while run and fold(run[0].group()).removesuffix("'s") in FUNCTION and not short(run[0]):
        run.pop(0)
    if run and not (first and len(run) == 1 and run[0].start() == 0 and not owned(run[0])):
        text = run[0].string[run[0].start() : run[-1].end()]
        yield re.sub(r"['’]s?$", "", text)


def short(token: re.Match[str]) -> bool:
    """US, IT, WHO and the like: capitals inside a text that has small letters."""
    word = re.sub(r"['’]s?$", "", token.group())
    return word.isupper() and len(word) > 1


def owned(token: re.Match[str]) -> bool:
    return token.group().endswith(("'s", "’s"))


def capital(word: str) -> bool:
    return word[0].isupper() and (len(word) > 1 or word != "I")


@lru_cache(maxsize=PASSAGES)
def numbers(text: str) -> frozenset[str]:
    """The numbers of a text by value: "57,000", "twelve", "20th", "the 1990s"."""
    found: set[str] = set()
    for word in words(text):
        plain = word.replace(",", "")
        if match := re.match(r"\d+(?:\.\d+)?", plain):
            found.update((match.group(), *re.findall(r"\d+", plain)))
        for part in word.split("-"):
            if part in NUMERALS:
                found.add(str(NUMERALS[part]))
    return frozenset(found)


def around(span: str, context: str) -> str:
    """The sentences of the context that hold the span where it first stands, or the context."""
    at = context.find(span)
    if not span or at < 0:
        return context
    touched = [(a, b) for a, b in split(context) if a < at + len(span) and at < b]
    return context[touched[0][0] : touched[-1][1]] if touched else context


def coverage(question: str, text: str) -> float:
    """Share of the question's content words that a text holds, by stem or as a name's kin."""
    asked = [w for w in content(question) if w not in NUMERALS]
    if not asked:
        return 1.0
    held = stems(text)
    return sum(stem(w) in held or related(w, content(text)) for w in asked) / len(asked)


# Kinds


def type_match(question: str, span: str) -> int:
    """1 the span is of the kind that the question word asks for, -1 it cannot be, 0 unknown."""
    if kind_clash(question, span):
        return -1
    kind, found = asked_kind(question), words(span)
    if kind in ("count", "amount"):
        return int(any(numeric(w) for w in found))
    if kind in ("time", "year"):
        return int(any(timely(w) for w in found))
    if kind == "person":
        return int(bool(re.search(r"[A-Z]", span)))
    return 0


def kind_clash(question: str, span: str) -> list[str]:
    """Why a span is certainly of another kind than the question asks for, if it is."""
    kind, found = asked_kind(question), words(span)
    if not found:
        return []
    number = any(numeric(w) for w in found)
    moment = any(timely(w) for w in found)
    bare = all(numeric(w) or timely(w) or w in FUNCTION for w in found) and (number or moment)
    if kind == "count" and not number and not any(w in QUANTITY for w in found):
        return ["the question asks how many, and there is no number"]
    if kind == "year" and not number and not moment:
        return ["the question asks for a year, and there is none"]
    if (
        kind == "time"
        and not moment
        and not number
        and not re.search(r"[A-Z]", span)
        and not any(w in TEMPORAL for w in found)
    ):
        return ["the question asks when, and there is no time"]
    if kind == "person" and bare and not re.search(r"[A-Z]", span.replace("I", "")):
        return ["the question asks who, and this is a number or a time"]
    if kind == "place" and bare and not re.search(r"[A-Z]", span):
        return ["the question asks where, and this is a number or a time"]
    return []


def asked_kind(question: str) -> str:
    """count, amount, time, year, person, place, or "" for what no question word settles.

    Only the question's one question word counts: with two ("when and where") nothing is settled.
    """
    asked = fold(question)
    if len(re.findall(r"\b(?:who|whom|what|which|when|where|why|how)\b", asked)) > 1:
        return ""
    kinds = (
        (r"\bhow many\b(?! times (?:more|as))", "count"),
        (r"\b(?:what|which) (?:number|percentage) of\b", "count"),
        (r"\bhow much (?:money|time|of)?\b", "amount"),
        (r"^(?:in |during |by |since |from )?(?:what|which) year\b", "year"),
        (r"^(?:and |so )?(?:since |from |until |by )?when\b", "time"),
        (r"^(?:and |so )?(?:who|whom|to whom|with whom|by whom)\b(?!'s)", "person"),
        (r"^(?:and |so )?where\b(?!.*\b(?:rank|stand|place|finish|come)\b)", "place"),
    )
    return next((kind for pattern, kind in kinds if re.search(pattern, asked)), "")


def numeric(word: str) -> bool:
    return bool(re.search(r"\d", word)) or any(
        part in NUMERALS or part in QUANTITY - {"a", "an", "no", "all", "any"}
        for part in word.split("-")
    )


def timely(word: str) -> bool:
    return bool(re.fullmatch(r"(?:\d{1,2}|\d{3,4})(?:s|th|st|nd|rd|am|pm|ad|bc)?", word)) or any(
        part in TIME for part in (word, *word.split("-"), word.removesuffix("'s"))
    )


# What the question takes for granted


def missing_numbers(question: str, context: str) -> list[str]:
    """Figures of three digits and more (years above all) that the context does not hold.  Smaller
    ones may be counted rather than written ("which 2 countries"), a decade be in its century."""
    held = numbers(context)
    return [
        f"{figure} is not mentioned here"
        for figure in sorted(numbers(re.sub(r"\d+['’]?s\b", "", question)) - held)
        if len(figure) > 2
    ]


def missing_days(question: str, context: str) -> list[str]:
    """Weekdays of the question that the context does not hold."""
    held = set(words(context))
    asked = dict.fromkeys(w for w in words(question) if w in WEEKDAYS)
    return [f"{day.capitalize()} is not mentioned here" for day in asked if day not in held]


def missing_names(question: str, context: str) -> list[str]:
    """Names in the question that the context does not hold in any form."""
    there = words(context)
    text = " " + " ".join(w.removesuffix("'s") for w in there) + " "
    return [n for n in dict.fromkeys(names(question)) if not mentioned(n, there, text)]


def name_share(question: str, text: str) -> float:
    """Share of the question's names that a text holds; 1 without names."""
    asked = set(names(question))
    return 1 - len(missing_names(question, text)) / len(asked) if asked else 1.0


def mentioned(name: str, there: Iterable[str], text: str) -> bool:
    """Whether a text, given as words and as one string, holds a name: whole, by its last part
    ("Trump" for "Donald Trump"), by its people or its initials."""
    whole = " ".join(w.removesuffix("'s") for w in words(name))
    if whole in CALENDAR or f" {whole} " in text:
        return True
    for group in IRREGULAR:
        if whole in group:
            return any(f" {form} " in text for form in group)
    parts = [w for w in re.split(r"[ -]", whole) if w not in FUNCTION] or whole.split()
    initials = "".join(p[0] for p in parts)
    there = list(there)
    return (
        related(parts[-1], there)
        or (len(initials) > 1 and initials in there)
        or (len(parts) == 1 and abbreviates(parts[0], there))
    )


def abbreviates(initials: str, there: list[str]) -> bool:
    """Whether neighbouring words of a text begin with these letters: WHO for its full name."""
    plain = initials.replace(".", "")
    bare = [w for w in there if w not in ("of", "the", "and", "for")]
    return 2 < len(plain) < 7 and plain in "".join(w[0] for w in bare)


def related(word: str, there: Iterable[str]) -> bool:
    """Whether a text, given as words, holds a word or its kin."""
    if word in SETTLED:
        return any(kin(word, t) for t in there)
    return any(t[0] == word[0] and kin(word, t) for t in there)


def kin(a: str, b: str) -> bool:
    """Whether two folded words are a name and its people, or the same name in two spellings:
    they share four letters and more, and at most two others follow on either side."""
    a, b = unaccented(a.removesuffix("'s")), unaccented(b.removesuffix("'s"))
    if a == b:
        return True
    if a in SETTLED or b in SETTLED:
        return any(a in group and b in group for group in IRREGULAR)
    x, y = DEMONYM.sub("", a), DEMONYM.sub("", b)
    same = next((i for i, (p, q) in enumerate(zip(x, y, strict=False)) if p != q), None)
    same = min(len(x), len(y)) if same is None else same
    return same >= 4 and len(x) - same <= 2 and len(y) - same <= 2


@lru_cache(maxsize=65536)
def unaccented(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def negated(question: str, span: str, sentence: str) -> list[str]:
    """The negation by which the sentence denies what the question takes for granted.

    It stands outside the span, near a content word of the question, and the question has none.
    A question that asks whether takes nothing for granted.
    """
    if asks_whether(question) or NEGATION.search(fold(question)):
        return []
    asked = stems(question)
    text = fold(sentence).replace(fold(span), " ", 1)
    for match in NEGATION.finditer(text):
        clause = CLAUSE_ENDS.split(text[match.end() :])[0]
        if any(stem(w) in asked for w in content(clause)[:REACH]):
            return [f"the source says “{match.group()}{clause.rstrip()}”"]
    return []


def contradicted(question: str, span: str, sentence: str) -> list[str]:
    """An opposite of a word of the question in the sentence, or words that leave it open."""
    if asks_whether(question):
        return []
    asked = {stem(w): w for w in content(question)}
    said = {stem(w): w for w in content(sentence)}
    for one, other in OPPOSITES:
        for mine, theirs in ((one, other), (other, one)):
            a = {stem(w) for w in mine} & asked.keys()
            b = {stem(w) for w in theirs} & said.keys() - asked.keys()
            if a and b and not a & said.keys():
                return [f"the question says “{asked[min(a)]}”, the source “{said[min(b)]}”"]
    for word in content(question):
        for prefix in ("un", "in", "im", "dis", "non", "mis"):
            if stem(prefix + word) in said and stem(word) not in said and len(word) > 3:
                return [f"the question says “{word}”, the source “{prefix}{word}”"]
    doubt = DOUBT.search(fold(sentence).replace(fold(span), " ", 1))
    if doubt and not NEGATION.search(fold(question)) and DONE.search(fold(question)):
        return [f"the source says “{doubt.group()}”"]
    return []


def refuted(question: str, sentence: str) -> list[str]:
    """Why a sentence plainly denies what the question takes for granted, if it does.

    It holds nearly all words of the question, and an opposite of one, or a doubt, or a negation
    whose clause holds most of what is asked.  `eval/bench_premises.py` counts how often that
    happens to questions that have an answer.
    """
    if coverage(question, sentence) < NEARLY_ALL:
        return []
    return contradicted(question, "", sentence) or flatly_negated(question, sentence)


def flatly_negated(question: str, sentence: str) -> list[str]:
    """The negation whose clause holds most of the question's words, names and dates aside.

    "Not until 1864" affirms, and none is an answer to how many.
    """
    asks = asks_whether(question) or asked_kind(question) == "count"
    if asks or NEGATION.search(fold(question)):
        return []
    named = stems(" ".join(names(question)))
    asked = [w for w in content(question) if w not in CALENDAR | NUMERALS.keys()]
    asked = [w for w in asked if stem(w) not in named]
    text = fold(sentence)
    for match in NEGATION.finditer(text):
        clause = CLAUSE_ENDS.split(text[match.end() :])[0]
        held = sum(stem(w) in stems(clause) for w in asked)
        if not AFFIRMS.search(match.group() + clause) and asked and held >= MOST * len(asked):
            return [f"the source says “{match.group()}{clause.rstrip()}”"]
    return []


def bearing(question: str, sentences: Sequence[str]) -> list[float]:
    """How much each of a few sentences says about what the question takes for granted.

    The share of the question's content words that it holds, a word weighing log((n + 1) / (k +
    1/2)) where k of the n sentences hold it (inverse document frequency, Spärck Jones 1972), and
    `DENIES` more where it contradicts or negates it.
    """
    held = [stems(sentence) for sentence in sentences]
    asked = [w for w in content(question) if w not in NUMERALS]
    rarity = {
        w: math.log((len(held) + 1) / (sum(stem(w) in there for there in held) + 0.5))
        for w in asked
    }
    whole = sum(rarity.values())
    return [
        sum(r for w, r in rarity.items() if stem(w) in there or related(w, content(sentence)))
        / (whole or 1)
        + DENIES * bool(contradicted(question, "", sentence) or negated(question, "", sentence))
        for there, sentence in zip(held, sentences, strict=True)
    ]


def asks_whether(question: str) -> bool:
    """Whether it is a yes-or-no question: it begins with an auxiliary verb."""
    first = words(question)[:1]
    return bool(first) and first[0] in AUXILIARY
