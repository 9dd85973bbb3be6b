"""Questions made of others: yes or no, about another name, and what a pronoun in one means."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from data import NAME, SENTENCE_END, Example
from made_up import COMMON, Made, Passage
from reword import Thesaurus

AUXILIARY = "is|are|was|were|has|have|had|can|could|will|would|may|must|should"
STATED = re.compile(
    rf"(?P<subject>[A-Z][^,;:()“”\"]{{2,60}}?) (?P<auxiliary>{AUXILIARY}) "
    r"(?P<rest>[^;:()“”\"]{12,160}?)(?=[.,;]| which | who | but | while )"
)
DONE = re.compile(
    r"(?P<subject>(?:(?:The|A|An) [a-z][^,;:()“”\"]{2,40}?"
    r"|[A-Z][\w'’.-]+(?: (?:of |the )?[A-Z][\w'’.-]+){0,3}))"
    r" (?P<verb>[a-z]+(?:ed|[^s\W]s)) "
    r"(?P<rest>[^;:()“”\"]{12,160}?)(?=[.,;]| which | who | but | while )"
)
NO_SUBJECT = re.compile(
    r"^(?:It|He|She|They|This|These|That|There|Those|Who|What|When|If|As|In|On|At|By|For|While|We|Once|"
    r"Over|After|Before|Since|Because|Although|Though|During|With|From|Until|Under|Through|Not|Each|Every)\b"
    rf"|\b(?:who|which|that|when|if|whose|where|and|or|{AUXILIARY})\b"
)
LONGEST = 24  # words of a statement: a reader's answer has at most 30 word pieces


def sentences(context: str) -> Iterator[tuple[int, str]]:
    cuts = [0, *(m.end() for m in SENTENCE_END.finditer(context)), len(context)]
    for a, b in pairwise(cuts):
        text = context[a:b]
        yield a + len(text) - len(text.lstrip()), text.strip()


def yes_or_no(
    examples: Sequence[Example], n: int, thesaurus: Thesaurus, rng: random.Random
) -> Iterator[Example]:
    """About `n` statements of the passages turned into questions; the statement answers."""
    order = rng.sample(list(examples), len(examples))
    for e in order:
        found = [
            (at, m, verb)
            for at, sentence in sentences(e.context)
            for m in (STATED.match(sentence), DONE.match(sentence))
            if m and not NO_SUBJECT.search(m["subject"]) and len(m[0].split()) <= LONGEST
            if (verb := asked_with(m, thesaurus))
        ]
        if not found:
            continue
        at, m, (auxiliary, base) = rng.choice(found)
        subject = m["subject"]
        if subject.split(" ")[0] in COMMON:
            subject = subject[0].lower() + subject[1:]
        question = f"{auxiliary.capitalize()} {subject} {base}{m['rest']}?"
        yield Example(question, e.context, at, at + len(m[0]), "yes-no", e.article)
        n -= 1
        if n <= 0:
            return


def asked_with(stated: re.Match[str], thesaurus: Thesaurus) -> tuple[str, str] | None:
    """The auxiliary that begins the question, and the verb as it then stands, with a blank; None
    where the word is hardly a verb.

    The statement "The firm moved to Bergen" gives ("did", "move ").
    """
    fields = stated.groupdict()
    if auxiliary := fields.get("auxiliary"):
        return auxiliary, ""
    verb = fields["verb"]
    for end, bases in (
        ("ied", [verb[:-3] + "y"]),
        ("ed", [verb[:-2], verb[:-1]]),
        ("s", [verb[:-1]]),
    ):
        if verb.endswith(end):
            base = next((b for b in bases if thesaurus.sense.get(b, ("",))[0] == "verb"), "")
            return ("did" if end != "s" else "does", base + " ") if base else None
    return None


def about_others(examples: Sequence[Example], n: int, rng: random.Random) -> Iterator[Example]:
    """About `n` questions with another name than the one that the passage answers for, taken from
    the passage or from elsewhere in its article: nothing answers these."""
    names: dict[str, list[str]] = {}
    for e in examples:
        names.setdefault(e.article, []).extend(NAME.findall(e.question))
    for e in rng.sample(list(examples), len(examples)):
        if e.start is None or not (own := list(NAME.finditer(e.question))):
            continue
        m = rng.choice(own)
        near = NAME.findall(e.context) if rng.random() < 0.5 else names[e.article]
        others = [
            o
            for o in near
            if o not in e.question
            and o not in e.answer
            and e.answer not in o
            and o.count(" ") == m[0].count(" ")
            and o[-1].isalpha()
        ]
        if not others:
            continue
        question = e.question[: m.start()] + rng.choice(others) + e.question[m.end() :]
        yield Example(question, e.context, None, None, "others", e.article)
        n -= 1
        if n <= 0:
            return


def talks(
    examples: Sequence[Example], people: Sequence[str], n: int, rng: random.Random
) -> Iterator[Made]:
    """`n` questions what a pronoun of a question means, beside the talk before it; in a tenth of
    them the talk does not name it."""
    persons = set(people) | {name.split(" ")[-1] for name in people}
    asked: dict[str, list[Example]] = {}
    for e in examples:
        if e.start is not None and len(e.answer.split()) <= 12:
            asked.setdefault(e.article, []).append(e)
    articles = [a for a, rows in asked.items() if len(rows) > 5]
    while n > 0:
        rows = asked[rng.choice(articles)]
        last = rng.choice(rows)
        if not (named := list(NAME.finditer(last.question))):
            continue
        m = rng.choice(named)
        meant = re.sub(r"['’]s?$|[.,]+$", "", m[0])
        near = [e for e in rows if e is not last and mentions(e, meant)]
        far = [e for e in rows if meant not in e.question and meant not in e.answer]
        if not near or not far:
            continue
        turns = rng.sample(far, min(len(far), rng.choice([0, 0, 1, 2])))
        if rng.random() < 0.9:
            turns.insert(rng.randint(max(0, len(turns) - 1), len(turns)), rng.choice(near))
        if not turns:
            continue
        text = "\n".join(f"{e.question} {e.answer}" for e in turns)
        word, start, end = pronoun(last.question, m.start(), meant, meant in persons, rng)
        question = last.question[:start] + word + last.question[end:]
        spans = tuple((x.start(), x.end()) for x in re.finditer(re.escape(meant), text))
        yield meaning_of(word, question), (Passage(text, spans),)
        n -= 1


def mentions(e: Example, name: str) -> bool:
    return bool(re.search(rf"\b{re.escape(name)}\b", f"{e.question} {e.answer}"))


def meaning_of(word: str, question: str) -> str:
    """As `assistant.question.follow_up` asks it."""
    return f"Who or what is “{word}” in “{question}”?"


def pronoun(
    question: str, start: int, meant: str, person: bool, rng: random.Random
) -> tuple[str, int, int]:
    """A pronoun for the name that stands at `start`, and what of the question it replaces."""
    end = start + len(meant)
    before = re.sub(r"\bthe $", "", question[:start])
    owns = re.match(r"['’]s?\b", question[end:]) or re.match(r"['’](?= )", question[end:])
    many = meant.endswith("s") and not person
    place = re.search(r"\b(?:in|at|to|from) $", before)
    if owns:
        choices = ["his", "her"] if person else ["their"] if many else ["its"]
        return rng.choice(choices), len(before), end + owns.end()
    if place and not person and rng.random() < 0.5:
        return "there", place.start(), end
    objective = bool(re.search(r"\b(?:by|of|to|for|with|from|against|about|than|on) $", before))
    if person:
        word = rng.choice(["him", "her"] if objective else ["he", "she"])
    elif many or rng.random() < 0.1:
        word = "them" if objective else "they"
    else:
        word = rng.choice(["it", "it", "it", "this"])
    return word, len(before), end
