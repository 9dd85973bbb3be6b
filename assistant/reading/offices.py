"""Who holds which office: a question about one country's minister is not answered with another's.

Pure, by words alone, and only for offices that states have.  Readers point to any name with the
right kind of title beside it: "Who is Denmark's prime minister?" would be Greenland's, "Sweden's
defense minister" its prime minister.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from assistant.language.english import IRREGULAR
from assistant.language.fold import TABLE, fold
from assistant.language.terms import kin
from assistant.question.capitals import SEATS

FIELD = (
    "prime|foreign|defen[cs]e|interior|home|finance|justice|trade|health|energy|education|labou?r|"
    "agriculture|transport|environment|culture|economy|vice|deputy|first"
)
TITLE = "minister|president|chancellor|king|queen|premier|ambassador"
OFFICE = rf"(?P<field>(?:(?i:{FIELD})[ -])*)(?P<title>(?i:{TITLE}))"
NAME = r"[A-Z](?:\w|\.(?=\w))*"
OWNER = rf"(?:(?!(?i:{FIELD}|{TITLE}|the|an?)\b)(?P<owner>{NAME}(?: {NAME})??)(?:'s?)? )?"
OF = rf"(?: of (?:the )?(?P<of>{NAME}(?: {NAME})?))?"
HELD = re.compile(rf"\b{OWNER}{OFFICE}{OF}\b")
# "Who is …", "What's the name of …", and nothing more than the office itself
ASKS = re.compile(
    rf"(?:(?:and|so) )?(?:who|what)(?:'s| is| was)(?: the name of)?(?: the)?(?: current)? {OWNER}"
    rf"{OFFICE}{OF}(?: now| currently| today| at the moment)?\s*\??",
    re.IGNORECASE,
)
# as people type it; the retriever and the reader see through these, so the check must, too
PM = re.compile(r"\bpm\b", re.IGNORECASE)
SLIP = re.compile(r"\bmin[ist]{2,5}e?r\b", re.IGNORECASE)


@dataclass(frozen=True)
class Office:
    """A title, its field ("" where none is named) and its country ("" where that is not said)."""

    title: str
    field: str
    country: str

    def may_be(self, other: Office) -> bool:
        """Whether two may be the same office: nothing that both say differs."""
        return (
            self.title == other.title
            and (not self.field or not other.field or self.field == other.field)
            and (not self.country or not other.country or self.country == other.country)
        )


def another(question: str, span: str, context: str) -> list[str]:
    """Why a span cannot be the holder that a question asks for, in words for a person: everywhere
    that `context` sets an office of that title before the span it is another one."""
    plain = SLIP.sub("minister", PM.sub("prime minister", question.translate(TABLE).strip()))
    asked = ASKS.fullmatch(plain)
    if asked is None or not span:
        return []
    wanted = office(asked)
    held = dict(before(span.translate(TABLE), context.translate(TABLE)))
    others = [text for text, o in held.items() if o.title == wanted.title]
    if any(wanted.may_be(o) for o in held.values()):
        return []
    return [f"here it is “{text}”" for text in others[:1]]


def before(span: str, context: str) -> Iterator[tuple[str, Office]]:
    """The offices that stand right before a name: "Sweden's Prime Minister Ulf Kristersson"."""
    for found in re.finditer(rf"{HELD.pattern},? (?=(?:\w+ )?{re.escape(span)}\b)", context):
        yield found.group().strip(), office(found)


def office(found: re.Match[str]) -> Office:
    field = " ".join(fold(found["field"]).replace("-", " ").split()).replace("defence", "defense")
    owners = [country(found[name] or "") for name in ("of", "owner")]
    return Office(fold(found["title"]), field, next(filter(None, owners), ""))


@lru_cache(maxsize=1024)
def country(words: str) -> str:
    """The country that a name, or the last word of one, is, or is the people of; "" for none."""
    whole = fold(words).removeprefix("the ").removesuffix("'s")
    for name in (whole, *whole.split()[-1:]):
        if found := next((min(group) for group in IRREGULAR if name in group), ""):
            return found
        if found := next((c for c in COUNTRIES if len(name) > 3 and kin(name, c)), ""):
            return found
    return ""


def is_country(word: str) -> bool:
    """Whether a word is a country, and not a capital that may stand for one."""
    return bool(country(word)) and fold(word) not in SEATS


COUNTRIES = tuple(dict.fromkeys(fold(name).removeprefix("the ") for name in SEATS.values()))
