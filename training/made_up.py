"""Questions about made-up passages: who says something, and what a cell of a table holds.

The sentences and names are those of the training sets; what is made up is who says which sentence,
in the forms in which news, minutes, interviews and mails say so, and which value stands in which
cell.  No form or word is taken from the documents that anything is measured on.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Passage:
    """A text and the places in it that answer: `text[start:end]`, none where it does not."""

    text: str
    spans: tuple[tuple[int, int], ...]


Made = tuple[str, tuple[Passage, ...]]

VERBS = [
    "said",
    "says",
    "told",
    "wrote",
    "added",
    "explained",
    "argued",
    "noted",
    "warned",
    "replied",
    "insisted",
    "stated",
]
ROLES = [
    "a spokesman",
    "a spokeswoman",
    "a professor of history",
    "the chief executive",
    "head of the agency",
    "the chair of the board",
    "a local resident",
    "a senior analyst",
    "director of research",
    "the minister",
    "a union leader",
    "an economist",
    "the author of the report",
    "a witness",
    "the project lead",
]
# {s} the sentence without its full stop, {q} the same with its first letter small, {n} the name
QUOTED = (
    "“{s},” {v} {n}.",
    "“{s},” {n} {v}.",
    '"{s}," {n} {v}.',
    '"{s}," {v} {n}, {r}.',
    "“{s},” {n}, {r}, {v}.",
    "{n} {v}: “{s}.”",
    '{n}, {r}, {v}: "{s}."',
    "{n} {v} that {q}.",
    "According to {n}, {q}.",
    "In the view of {n}, {r}, {q}.",
    "{n} thinks that {q}.",
    "{q}, {n} {v}.",
)
# {o} another sentence, the writer's own although it stands in a sentence about what somebody says
ASIDES = (
    "As {o}, {n} {v}: “{s}.”",
    "As {o}, {n} {v} that {q}.",
    "Although {o}, {n} {v} that {q}.",
    "While {o}, {n}, {r}, {v} that {q}.",
    '"{s}," {v} {n}, {r}, on a day when {o}.',
    "“{s},” {v} {n}, even as {o}.",
    "“{s},” {n} {v} after it became known that {o}.",
    "{n} {v} that {q}. {O}.",
    "{n} {v} that {q} ({o}).",
    "{n}, in whose view {q}, spoke a day after {o}.",
    "{n} – {o} – {v}: “{s}.”",
)
LABELLED = ("{n}: {s}.", "{f}: {s}.", "**{n}:** {s}.", "- {f}: {s}.", "[{n}] {s}.", "{n} – {s}.")
GOES_ON = (" “{s},” {p} {v}.", ' "{s}," {p} added.', " “{s}.”", " {P} also {v} that {q}.")
ASKED = (
    "Who said “{f}”?",
    "Who said “{f}”?",
    'Who said "{f}"?',
    "Who said {f}?",
    "Who says that {q}?",
    "Who said that {q}?",
    "Whose words are “{f}”?",
    "who says {q}",
    "Who told it: “{f}”?",
)


def said(
    sentences: Sequence[str], names: Sequence[str], n: int, rng: random.Random
) -> Iterator[Made]:
    """`n` questions who says a sentence, beside a passage in which two or three people speak and
    the writer too; where the words are the writer's own, nobody says them."""
    usable = [s.strip().rstrip(".") for s in sentences]
    usable = [
        s for s in usable if 40 <= len(s) <= 220 and s[0].isupper() and not re.search('[“”":]', s)
    ]
    for _ in range(n):
        form = rng.random()
        if form < 0.15:
            yield mail(usable, names, rng)
        elif form < 0.22:
            yield interview(usable, names, rng)
        else:
            yield conversation(usable, names, rng, LABELLED if form < 0.42 else QUOTED)


def conversation(
    usable: Sequence[str], names: Sequence[str], rng: random.Random, forms: Sequence[str]
) -> Made:
    text, who_of = "", []
    asides = []
    style = rng.choice(forms) if forms is LABELLED else ""
    speakers = rng.sample(list(names), 3)
    for _ in range(rng.randint(3, 6)):
        sentence = rng.choice(usable)
        name = rng.choice(speakers)
        kind = rng.random()
        at = len(text)
        if kind < 0.3:  # the writer's own, sometimes with somebody else's name in it
            text += sentence + "."
            who_of.append((sentence, None))
        else:
            form = style or rng.choice(forms)
            other = ""
            if forms is QUOTED and rng.random() < 0.25:
                form, other = rng.choice(ASIDES), rng.choice(usable)
                asides.append(other)
            made, name_at = filled(form, sentence, name, rng, other)
            text += made
            place = (at + name_at[0], at + name_at[1])
            who_of.append((sentence, place))
            if rng.random() < 0.3:
                more = rng.choice(usable)
                if forms is LABELLED:
                    text += " " + more + "."
                else:
                    text += filled(rng.choice(GOES_ON), more, "", rng)[0]
                who_of.append((more, place))
        text += rng.choice([" ", "\n\n", "\n\n"]) if forms is QUOTED else "\n"
    sentence, place = rng.choice(who_of)
    if asides and rng.random() < 0.4:
        sentence, place = rng.choice(asides), None
    return asked(sentence, rng), (Passage(text.strip(), (place,) if place else ()),)


def interview(usable: Sequence[str], names: Sequence[str], rng: random.Random) -> Made:
    """Several people, each under a heading with the name, who speak without being named again."""
    text, who_of = rng.choice(["", rng.choice(usable) + ".\n\n"]), []
    head = rng.choice(["## {n}", "### {n}, {r}", "**{n}**", "{n}", "{n}, {r}:", "# {n}"])
    for name in rng.sample(list(names), rng.randint(2, 3)):
        role = rng.choice(ROLES)
        at = len(text) + head.index("{n}")
        text += head.format(n=name, r=role) + "\n\n"
        for _ in range(rng.randint(1, 3)):
            if rng.random() < 0.4:
                text += f"**{' '.join(rng.choice(usable).split()[:8])}?**\n\n"
            sentences = rng.sample(list(usable), rng.randint(1, 2))
            text += " ".join(s + "." for s in sentences) + "\n\n"
            who_of += [(s, (at, at + len(name))) for s in sentences]
    sentence, place = rng.choice(who_of)
    return asked(sentence, rng), (Passage(text.strip(), (place,)),)


def filled(
    form: str, sentence: str, name: str, rng: random.Random, other: str = ""
) -> tuple[str, tuple[int, int]]:
    """A sentence in its form, and where the name stands in it."""
    pronoun = rng.choice(["he", "she", "they"])
    first = name.split(" ")[0]
    values = {
        "s": sentence,
        "q": lowered(sentence),
        "v": rng.choice(VERBS),
        "r": rng.choice(ROLES),
        "p": pronoun,
        "P": pronoun.capitalize(),
        "o": lowered(other),
        "O": other,
    }
    used = first if "{f}" in form else name
    before = form.split("{n}")[0].split("{f}")[0]
    start = len(before.format(**values)) if used else 0
    made = form.format(**values, n=name, f=first)
    if form.startswith("{q}"):
        made = made[0].upper() + made[1:]
    return made, (start, start + len(used))


COMMON = frozenset(
    [
        "The",
        "A",
        "An",
        "In",
        "It",
        "This",
        "These",
        "That",
        "There",
        "He",
        "She",
        "They",
        "We",
        "At",
        "On",
        "For",
        "By",
        "As",
        "Many",
        "Some",
        "Most",
        "All",
    ]
)


def lowered(sentence: str) -> str:
    """As it goes on after "that": names keep their capital, as far as can be told."""
    if not sentence:
        return ""
    first = sentence.split(" ")[0]
    common = first in COMMON
    return sentence[0].lower() + sentence[1:] if common else sentence


def asked(sentence: str, rng: random.Random) -> str:
    words = sentence.split(" ")
    size = rng.randint(5, 12)
    first = rng.randint(0, max(0, len(words) - size))
    fragment = " ".join(words[first : first + size]).strip(",;: ")
    return rng.choice(ASKED).format(f=fragment, q=lowered(sentence))


def mail(usable: Sequence[str], names: Sequence[str], rng: random.Random) -> Made:
    """An e-mail with an older one quoted below it."""
    new, old = rng.sample(list(names), 2)
    other = rng.choice(names)
    mine = rng.sample(list(usable), rng.randint(1, 3))
    theirs = rng.sample(list(usable), rng.randint(1, 2))
    month = rng.choice(["March", "May", "July", "October"])
    day = f"{rng.randint(1, 28)} {month} {rng.randint(1998, 2025)}"
    address = new.lower().replace(" ", ".") + "@example.org"
    text = f"From: {new} <{address}>\nTo: {old}\n" if rng.random() < 0.7 else f"From: {new}\n"
    new_at = (6, 6 + len(new))
    if rng.random() < 0.6:
        text += f"Date: {day}\n"
    text += (
        f"Subject: {' '.join(rng.choice(usable).split(' ')[:4])}\n\nDear {old.split(' ')[0]},\n\n"
    )
    text += " ".join(s + "." for s in mine)
    text += f"\n\n{new.split(' ')[0]}\n\n" if rng.random() < 0.5 else "\n\n"
    old_at = None
    if rng.random() < 0.6:
        text += f"> On {day}, "
        old_at = (len(text), len(text) + len(old))
        text += f"{old} wrote:\n" + "".join(f"> {s}.\n" for s in theirs)
    choice = rng.random()
    if old_at and choice < 0.4:
        return asked(rng.choice(theirs), rng), (Passage(text, (old_at,)),)
    if choice < 0.7:
        return asked(rng.choice(mine), rng), (Passage(text, (new_at,)),)
    if choice < 0.9:
        question = rng.choice(
            ["Who wrote the mail?", "Who is the sender?", "Who sent this e-mail?"]
        )
        return question, (Passage(text, (new_at,)),)
    return asked(rng.choice([s for s in usable if s not in mine and s not in theirs]), rng), (
        Passage(text.replace(other, new), ()),
    )


THINGS = [
    "Kettle",
    "Toaster",
    "Drill",
    "Lamp",
    "Pump",
    "Router",
    "Printer",
    "Heater",
    "Fan",
    "Camera",
    "Scanner",
    "Bicycle",
    "Tent",
    "Boat",
    "Tractor",
    "Scooter",
    "Oven",
    "Mixer",
    "Freezer",
    "Speaker",
    "Basic plan",
    "Family plan",
    "Standard ticket",
    "Day pass",
    "North line",
    "East line",
    "Harbour tram",
    "Model A",
    "Model B",
    "Model C",
    "Room 12",
    "Room 14",
    "Hall 2",
    "Type 3",
]
COLUMNS = {
    "Price": ("{0} crowns", "${0}", "€{0}", "{0}"),
    "Weight": ("{0} kg", "{0} g"),
    "Height": ("{0} m", "{0} cm"),
    "Capacity": ("{0}", "{0} litres", "{0} people"),
    "Power": ("{0} W", "{0} kW"),
    "Population": ("{0},000", "{0}"),
    "Area": ("{0} km²", "{0} hectares"),
    "Opened": ("19{1}", "20{2}"),
    "Warranty": ("{2} years", "{2} months"),
    "Speed": ("{0} km/h", "{0} rpm"),
    "Depth": ("{0} m",),
    "Members": ("{0}",),
    "Score": ("0.{1}", "{1}%"),
    "Deadline": ("{2} March", "{2} June", "{2} October"),
    "Default": ("{0}", "true", "false", "none", "auto"),
    "Contact": ("extension {0}",),
    "Closed on": ("Monday", "Tuesday", "Sunday", "Thursday"),
}
VALUE_ASKED = (
    "What is the {c} of the {r}?",
    "What is the {c} of {r}?",
    "What {c} does the {r} have?",
    "{r} {c}",
    "What {c} is given for {r}?",
    "{c} of {r}?",
)
ROW_ASKED = ("Which one has a {c} of {v}?", "What has a {c} of {v}?", "Whose {c} is {v}?")


def tables(names: Sequence[str], n: int, rng: random.Random) -> Iterator[Made]:
    """`n` questions about a table: for a cell by its row and column, for a row by a cell; a fifth
    of them about a row or a column that it does not have."""
    for _ in range(n):
        pool = (
            THINGS
            if rng.random() < 0.5
            else [w.split(" ")[-1] for w in rng.sample(list(names), 12)]
        )
        rows = list(dict.fromkeys(rng.sample(pool, rng.randint(3, 7))))
        columns = rng.sample(list(COLUMNS), rng.randint(2, 4))
        forms = {c: rng.choice(COLUMNS[c]) for c in columns}
        cells = {
            (r, c): forms[c].format(rng.randint(2, 990), rng.randint(10, 99), rng.randint(10, 28))
            for r in rows
            for c in columns
        }
        text, places = drawn(rows, columns, cells, rng)
        row, column = rng.choice(rows), rng.choice(columns)
        kind = rng.random()
        if kind < 0.2:
            row_asked, column_asked = row, column
            if rng.random() < 0.5:
                row_asked = rng.choice([t for t in THINGS if t not in rows])
            else:
                column_asked = rng.choice([c for c in COLUMNS if c not in columns])
            question = rng.choice(VALUE_ASKED).format(c=column_asked.lower(), r=row_asked)
            yield question, (Passage(text, ()),)
        elif kind < 0.4:
            value = cells[row, column]
            same = [r for r in rows if cells[r, column] == value]
            question = rng.choice(ROW_ASKED).format(c=column.lower(), v=value)
            yield question, (Passage(text, tuple(places[r, ""] for r in same)),)
        else:
            question = rng.choice(VALUE_ASKED).format(c=column.lower(), r=row)
            yield question, (Passage(text, (places[row, column],)),)


def drawn(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: dict[tuple[str, str], str],
    rng: random.Random,
) -> tuple[str, dict[tuple[str, str], tuple[int, int]]]:
    """A table as text, in one of the forms that files and extractors have, and where each cell
    stands in it; a row's own name under (row, "")."""
    form = rng.choice(["pipes", "pipes", "spaces", "lines", "csv", "said"])
    head = rng.choice(["Name", "Item", "", "Entry"])
    text = rng.choice(["", "", "Table 1. Overview\n\n", "The figures are as follows.\n\n"])
    places: dict[tuple[str, str], tuple[int, int]] = {}
    if form in ("pipes", "spaces", "csv"):
        left, between, right = {
            "pipes": ("| ", " | ", " |"),
            "spaces": ("", "  ", ""),
            "csv": ("", ",", ""),
        }[form]
        text += left + between.join([head, *columns]) + right + "\n"
        if form == "pipes":
            text += "|" + "---|" * (len(columns) + 1) + "\n"
    for row in rows:
        if form in ("pipes", "spaces", "csv"):
            text += left
        places[row, ""] = (len(text), len(text) + len(row))
        text += row
        if form in ("lines", "said"):
            text += "\n" if form == "lines" else ": "
        for i, column in enumerate(columns):
            if form == "lines":
                text += f"{column}: "
            elif form == "said":
                text += ("; " if i else "") + f"{column} "
            else:
                text += between
            places[row, column] = (len(text), len(text) + len(cells[row, column]))
            text += cells[row, column]
            if form == "lines":
                text += "\n"
        text += (right if form == "pipes" else "") + "\n"
    return text.strip() if not text.startswith("\n") else text, places
