"""A page's words -> its lines, and these as blocks in reading order: paragraphs, code, and tables.

A PDF knows characters and where they stand, and in which order they were written.  White space and
that order tell columns of text, which are read one after the other, from a table without rules,
which is read row by row.  The unit is the point, from the page's top left.
"""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any
from unicodedata import category, combining, normalize

SPACE = 0.15  # of the letter size: white space that parts two words
GAP = 1.0  # of the letter size: white space in a line from which on it parts two columns
NARROW = 0.65  # of the letter size: what is left of a gap where all rows of a table have one
SAME_LEVEL = 0.05  # of the letter size: how far apart words are in height that stand on one line
LINE_STEP = 1.35  # of the usual distance of two lines: from which on a paragraph ends
FAR = 2.5  # of the letter size: from which on a line is no row of the table above it
SIZES = 0.12  # of the usual letter size: from which on two sizes differ
WORDS_OF_A_CELL = 3.5  # on average at most, where columns are those of a table
FULL_LINE = 0.85  # of a column's width: how long lines of text are on average
COLUMNED = 0.7  # of the lines in a font for code at least, where they are a table's rows
LEAST_ROWS = 3  # at least, of a table without rules
NEXT = 3  # characters, spaces among them, from one piece of a line to one written just behind it
APART = 0.8  # of the letter size: white space beside a running head that stands further in
RULE_BELOW = 0.8  # of the letter size at most: how far below a line its rule is
EDGE = 0.1  # of the page's height: where running heads and feet stand
LINE_TAIL = 60  # characters of a line's end, in which dots up to a page's number are looked for
TWICE = 3  # letters at one place each, from which on some are printed twice
LEVEL = 0.25  # of the letter size: by how much cells of a row overlap in height
BEYOND = 5.0  # points by which a table's rules go on beyond its cells, where it has no frame
LARGE = 1.5  # of the usual letter size, from which on words are lines of their own
NUMBERED_LINES = 5  # lines at least, where their numbers stand in a margin
CODE_LETTERS = 5  # different ones, all as wide: a font for code
ITEM_SIGN = re.compile(  # of an item, a reference
    r"[•▪◦‣·*–-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)]|(?:\d{1,2}\.)+\d{1,3}\.?|\[\w{1,8}\]"
)
ITEM_LINE = re.compile(r"(?:[•▪◦‣·*–-]|\(?\d{1,2}[.)]) ")
REFERENCE = re.compile(r"\[\w[\w +]{0,8}\] ")
LEADER_DOTS = re.compile(r"(?:\s*[.…·_]){4,}\s*([\divxlc]{0,6})$")  # up to a page's number, or none
LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
ACCENT = re.compile(r"([¨´ˆ˜ˇ˚¸˝˘¯])([^\W\d_])")  # set before its letter
COMBINING = dict(
    zip(
        "¨´ˆ˜ˇ˚¸˝˘¯",
        "\u0308\u0301\u0302\u0303\u030c\u030a\u0327\u030b\u0306\u0304",
        strict=True,
    )
)
# old-style figures and small capitals, as Adobe's fonts number them
OLD_STYLE = {chr(0xF730 + n): str(n) for n in range(10)}
OLD_STYLE |= {chr(0xF761 + n): chr(ord("a") + n) for n in range(26)}
SPACING = {"\u0300": "`"} | {above: sign for sign, above in COMBINING.items()}
BOLD = re.compile(r"bold|black|heavy|demi|medi(?!um)|[a-z]bx\d", re.IGNORECASE)  # of fonts' names
UPWARDS, DOWNWARDS = "btt", "ttb"  # how turned letters are read
Word = dict[str, Any]


@dataclass
class Line:
    """Words side by side.  `code`: all are in a font whose letters are as wide as one another, in a
    document that has others.  `ruled`: a rule stands close below."""

    words: list[Word]
    ruled: bool = False
    left: float = field(init=False)
    right: float = field(init=False)
    top: float = field(init=False)
    bottom: float = field(init=False)
    size: float = field(init=False)

    def __post_init__(self) -> None:
        self.left = min(w["x0"] for w in self.words)
        self.right = max(w["x1"] for w in self.words)
        self.top = min(w["top"] for w in self.words)
        self.bottom = max(w["bottom"] for w in self.words)
        sizes = Counter[float]()
        for word in self.words:
            sizes[word["size"]] += len(word["text"])
        self.size = sizes.most_common(1)[0][0]

    @property
    def text(self) -> str:
        text = self.words[0]["text"]
        for before, word in pairwise(self.words):
            text += word["text"] if joins_on(before, word) else " " + word["text"]
        text = text.translate(LIGATURES)
        text = normalize("NFC", ACCENT.sub(lambda m: m[2] + COMBINING[m[1]], text))
        if found := LEADER_DOTS.search(text[-LINE_TAIL:]):
            led = text[: len(text) - len(found[1])].rstrip(" .…·_\t")
            text = f"{led} … {found[1]}".rstrip()
        return text

    @property
    def bold(self) -> bool:
        return all(BOLD.search(w["font"]) for w in self.words)

    @property
    def code(self) -> bool:
        return all(w["code"] for w in self.words)

    @cached_property
    def leads(self) -> bool:
        """Whether it is an entry of a table of contents: dots up to a page's number."""
        return LEADER_DOTS.search(" ".join(w["text"] for w in self.words)[-LINE_TAIL:]) is not None


def joins_on(word: Word, after: Word) -> bool:
    """Whether two words are one of two sizes or fonts, and the second is not raised."""
    size = max(word["size"], after["size"])
    level = abs(word["base"] - after["base"]) < SAME_LEVEL * size
    return bool(level and after["x0"] - word["x1"] < SPACE * size)


@dataclass
class Block:
    """Lines that belong together, or a table's rows.  `room`: how far right lines of its column
    reach."""

    lines: list[Line]
    rows: list[str] = field(default_factory=list)
    room: float = 0.0

    @property
    def top(self) -> float:
        return min(line.top for line in self.lines)

    @property
    def size(self) -> float:
        return statistics.median(line.size for line in self.lines)


@dataclass
class Page:
    """The lines of a page, whatever columns they are of, its ruled tables, and the lines of what is
    written upwards."""

    lines: list[Line]
    tables: list[Block]
    turned: list[Line]
    height: float

    @property
    def edges(self) -> list[Line]:
        """The lines where running heads and feet stand: near the edges, or first or last, apart
        from the others and not larger."""
        near = list(filter(self.is_near_edge, self.lines))
        if len(self.lines) < 2:
            return near
        usual = statistics.median(line.size for line in self.lines)
        ends = [(self.lines[0], self.lines[1]), (self.lines[-1], self.lines[-2])]
        for line, other in ends:
            apart = max(line.top - other.bottom, other.top - line.bottom) > APART * line.size
            if apart and line.size < (1 + SIZES) * usual and line not in near:
                near.append(line)
        return near

    def is_near_edge(self, line: Line) -> bool:
        return line.bottom < EDGE * self.height or line.top > (1 - EDGE) * self.height


def read_page(page: Any) -> Page:
    """The lines and ruled tables of one of pdfplumber's pages."""
    places = {(c["text"], round(c["x0"]), round(c["top"])) for c in page.chars}
    if len(places) <= len(page.chars) - TWICE:  # for bold ones
        page = page.dedupe_chars(tolerance=1)
    mend_letters(page.chars)
    words = without_line_numbers(find_words(page))
    rules = [e for e in page.edges if e["orientation"] == "h"]
    tables = []
    for found in page.find_tables():
        if is_inner(found.bbox, rules):
            continue
        raw = found.extract(x_tolerance_ratio=SPACE, char_dir_rotated=UPWARDS)
        texts = [[(c or "").strip() for c in row] for row in raw]
        cells = [row for whole in texts for row in split_row(whole, len(texts) < LEAST_ROWS)]
        boxes = [box for row in found.rows for box in row.cells if box]
        held = [of for box in boxes if (of := [w for w in words if lies_in(w, box)])]
        if held and len(cells) > 1 and len(cells[0]) > 1:
            inside = {id(w) for of in held for w in of}
            if len(cells) > sum(map(any, texts)):  # rows that no rule parts
                held = [[w for w in words if id(w) in inside]]
            tables.append(Block(list(map(Line, held)), write_rows(cells)))
            words = [w for w in words if id(w) not in inside]
    upright, turned = ([w for w in words if w["upright"] is way] for way in (True, False))
    lines = find_lines(upright)
    for line in lines:
        first, *more = line.words
        if more and first["text"] == "o" and first["font"] != more[0]["font"]:  # Word's bullets
            first["text"] = "•"
        line.ruled = any(
            -0.1 < (e["top"] - line.bottom) / line.size < RULE_BELOW
            and min(e["x1"], line.right) - max(e["x0"], line.left) > 0.5 * (line.right - line.left)
            for e in rules
        )
    return Page(lines, tables, find_lines(turned), float(page.height))


def is_inner(box: tuple[float, float, float, float], rules: Sequence[Word]) -> bool:
    """Whether what rules enclose is only the middle of a table without a frame: its rules go on to
    the left and right."""
    x0, top, x1, bottom = box
    level = [e for e in rules if top - 1 < e["top"] < bottom + 1]
    longer = {
        round(e["top"])
        for e in level
        if (e["x0"] < x0 - BEYOND and e["x1"] > x0 - 1)
        or (e["x1"] > x1 + BEYOND and e["x0"] < x1 + 1)
    }
    within = {round(e["top"]) for e in level if e["x0"] < x1 - 1 and x0 + 1 < e["x1"]}
    return len(longer & within) > len(within) / 2


def lies_in(word: Word, box: tuple[float, float, float, float]) -> bool:
    x0, top, x1, bottom = box
    x, y = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return bool(x0 <= x <= x1 and top <= y <= bottom)


def without_line_numbers(words: list[Word]) -> list[Word]:
    """Without the numbers of lines in a margin: figures left or right of all other words that rise
    evenly, beside lines of which many begin in mid-sentence.  Those of clauses stay."""
    figures = [w for w in words if w["text"].isdigit() and w["upright"]]
    others = [w for w in words if not w["text"].isdigit()]
    if len(figures) < NUMBERED_LINES or not others:
        return words
    left, right = min(w["x0"] for w in others), max(w["x1"] for w in others)
    for side in (
        [w for w in figures if w["x1"] < left],
        [w for w in figures if w["x0"] > right],
    ):
        side.sort(key=lambda w: w["top"])
        steps = {int(b["text"]) - int(a["text"]) for a, b in pairwise(side)}
        beside = [
            [w for w in others if w["top"] < n["bottom"] and n["top"] < w["bottom"]] for n in side
        ]
        begun = [min(row, key=lambda w: w["x0"])["text"] for row in beside if row]
        amid = [text for text in begun if not (text[0].isupper() or text[0].isdigit())]
        even = len(steps) == 1 and steps <= {1, 2, 5, 10}
        if len(side) >= NUMBERED_LINES and even and len(amid) > len(side) / 3:
            out = {id(w) for w in side}
            return [w for w in words if id(w) not in out]
    return words


def mend_letters(chars: list[Word]) -> None:
    """Without letters that have no name.  An accent behind white space is a sign of its own, any
    other stands where the letter does that it is set over."""
    kept = list[Word]()
    for number, char in enumerate(chars):
        text, before = char["text"], kept[-1] if kept else None
        if category(text[:1] or " ") == "Co":  # of a font of signs, as Word's for bullets
            char["text"] = OLD_STYLE.get(text, "•")
        if text.startswith("(cid:"):
            continue
        if text in SPACING and before and before["text"].isspace():
            before["text"] = SPACING[text]
            continue
        if len(text) == 1 and combining(text) and char["width"] < 0.1:
            near = (c for c in chars[max(0, number - 1) : number + 2] if c is not char)
            base = next((c for c in near if c["x0"] <= char["x0"] <= c["x1"]), char)
            char.update(x0=base["x0"], x1=base["x1"])
        kept.append(char)
    chars[:] = kept


def find_words(page: Any) -> list[Word]:
    """pdfplumber's words with their font, whether it is one for code, and at which of the page's
    characters they begin and end, in the order in which these were written."""
    widths: dict[str, dict[str, float]] = {}
    for at, char in enumerate(page.chars):
        char["at"] = at
        across, along = char["width"], char["height"]
        if not char["upright"]:
            across, along = along, across
            char["size"] = along  # not how long a letter is
        if char["text"].isalpha() and char["size"]:
            widths.setdefault(char["fontname"], {})[char["text"]] = across / char["size"]
    code = {
        font
        for font, of in widths.items()
        if len(of) >= CODE_LETTERS and max(of.values()) - min(of.values()) < 0.02
    }
    upwards = sum(math.copysign(1, c["matrix"][1]) for c in page.chars if not c["upright"]) >= 0
    words = []
    for word in page.extract_words(
        x_tolerance_ratio=SPACE,
        extra_attrs=["size", "upright"],
        char_dir_rotated=UPWARDS if upwards else DOWNWARDS,
        return_chars=True,
    ):
        outside = word["x0"] > page.width or word["x1"] < 0 or word["top"] > page.height
        if not word["text"].strip() or word["size"] <= 0 or outside or word["bottom"] < 0:
            continue
        chars = word.pop("chars")
        word["box"] = word["x0"], word["top"], word["x1"], word["bottom"]
        word["font"] = chars[0]["fontname"]
        word["at"], word["until"] = chars[0].get("at", 0), chars[-1].get("at", 0)
        word["base"] = chars[0]["matrix"][5 if word["upright"] else 4]
        word["code"] = word["font"] in code
        if not word["upright"]:
            turn(word, float(page.width), float(page.height), upwards)
        words.append(word)
    return words


def turn(word: Word, width: float, height: float, upwards: bool) -> None:
    """As if the page lay on its side, so that words written upwards or downwards are upright."""
    x0, top, x1, bottom = word["box"]
    if upwards:
        word.update(x0=height - bottom, x1=height - top, top=x0, bottom=x1)
    else:
        word.update(x0=top, x1=bottom, top=width - x1, bottom=width - x0)


def lay_out(page: Page, running: Sequence[Line]) -> list[Block]:
    """The blocks of a page in reading order, without its running heads and feet."""
    out = {id(line) for line in running}
    blocks = list(find_blocks([line for line in page.lines if id(line) not in out]))
    for table in page.tables:
        at = next((i for i, b in enumerate(blocks) if b.top > table.top), len(blocks))
        blocks.insert(at, table)
    return [*blocks, *find_blocks(page.turned)]


# ── words -> lines ───────────────────────────────────────────────────────────────────────────


def find_lines(words: Sequence[Word]) -> list[Line]:
    """Words on one height, from top to bottom, whatever columns they are of; small ones, raised or
    lowered, with the line that they overlap."""
    if not words:
        return []
    usual = statistics.median(w["size"] for w in words)
    rows = find_rows([w for w in words if 0.8 * usual <= w["size"] < LARGE * usual])
    for word in (large := [w for w in words if w["size"] >= LARGE * usual]):
        if word["text"].isupper() and len(word["text"]) == 1 and begin_with(word, rows):
            large = [w for w in large if w is not word]
    rows += find_rows(large)
    lone = []
    for word in (w for w in words if w["size"] < 0.8 * usual):
        shared = [min(word["bottom"], r[0]["bottom"]) - max(word["top"], r[0]["top"]) for r in rows]
        best = max(range(len(rows)), key=lambda i: shared[i], default=-1)
        near = (
            best >= 0
            and min(max(word["x0"] - w["x1"], w["x0"] - word["x1"]) for w in rows[best])
            < word["size"]
        )
        if near and shared[best] > 0.25 * (word["bottom"] - word["top"]):
            rows[best].append(word)
        else:
            lone.append(word)
    if lone and len(lone) < len(words):
        rows += [line.words for line in find_lines(lone)]
    return sorted(
        (Line(sorted(row, key=lambda w: w["x0"])) for row in rows), key=lambda line: line.top
    )


def find_rows(words: Sequence[Word]) -> list[list[Word]]:
    """Words whose middles are on one height."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w["top"] + w["bottom"]) / 2):
        last = rows[-1][0] if rows else word
        apart = (word["top"] + word["bottom"] - last["top"] - last["bottom"]) / 2
        if rows and abs(apart) < 0.4 * max(min(last["size"], word["size"]), 4):
            rows[-1].append(word)
        else:
            rows.append([word])
    return rows


def begin_with(initial: Word, rows: list[list[Word]]) -> bool:
    """Puts a large initial before the word that it begins; whether there is one."""
    for row in rows:
        first = min(row, key=lambda w: w["x0"])
        beside = 0 <= first["x0"] - initial["x1"] + 2 < initial["size"] / 2
        if beside and initial["top"] - first["size"] < first["top"] < initial["bottom"]:
            row[row.index(first)] = {**first, "text": initial["text"] + first["text"]}
            return True
    return False


def cut_line(line: Line, gap: float = GAP, starts: Collection[int] = ()) -> list[Line]:
    """A line in pieces wherever the white space, more than `gap` of the letter size, is too wide to
    be one between words, or behind an item's marker, or a word begins at one of `starts`; an entry
    of a table of contents is one."""
    spaces = [b["x0"] - a["x1"] for a, b in pairwise(line.words)]
    least = 1.3 * statistics.median(spaces) if len(spaces) > 4 else 0.0  # not a sentence's own
    pieces = [[line.words[0]]]
    for before, word in pairwise([] if line.leads else line.words):
        wide = word["x0"] - before["x1"] > gap * max(word["size"], before["size"])
        wide = wide or (round(word["x0"]) in starts and word["x0"] - before["x1"] > least)
        first = before is line.words[0] and not word["text"][0].isdigit()
        if wide and not (first and ITEM_SIGN.fullmatch(before["text"])):
            pieces.append([])
        pieces[-1].append(word)
    return [line] if line.leads else [Line(piece) for piece in pieces]


# ── lines -> columns ─────────────────────────────────────────────────────────────────────────


def find_blocks(lines: Sequence[Line]) -> Iterator[Block]:
    """Blocks in reading order: over a gutter that parts columns of text the left one comes
    first."""
    gutter = find_gutter(lines)
    if gutter is None:
        yield from find_stretches(lines)
        return
    across: list[Line] = []
    band: list[Line] = []
    for line in lines:
        if crosses(line, gutter):
            yield from find_columns(band, gutter)
            band = []
            across.append(line)
        else:
            yield from find_stretches(across)
            across = []
            band.append(line)
    yield from find_columns(band, gutter)
    yield from find_stretches(across)


def crosses(line: Line, gutter: float) -> bool:
    if any(w["x0"] < gutter < w["x1"] for w in line.words):
        return True
    parted = any(a.right < gutter < b.left for a, b in pairwise(cut_line(line)))
    return not (line.right < gutter or line.left > gutter or parted)


def find_gutter(lines: Sequence[Line]) -> float | None:
    """Where white space stands between columns of text in most lines; None without one."""
    gaps = [(a.right, b.left) for line in lines for a, b in pairwise(cut_line(line))]
    for pair in pairwise(lines):  # side by side, one a little lower
        a, b = sorted(pair, key=lambda line: line.left)
        if b.left - a.right > GAP * a.size and b.top < a.bottom and a.top < b.bottom:
            gaps.append((a.right, b.left))
    if len(gaps) < LEAST_ROWS:
        return None
    best, votes = 0.0, 0
    for _, right in gaps:
        at = right - 1.0
        here = sum(a < at < b for a, b in gaps)
        if here > votes:
            best, votes = at, here
    crossing = sum(any(w["x0"] < best < w["x1"] for w in line.words) for line in lines)
    if votes < LEAST_ROWS or votes < crossing * 0.5:
        return None
    return best if is_text([line for line in lines if not crosses(line, best)], best) else None


def is_text(lines: Sequence[Line], gutter: float) -> bool:
    """Whether lines on both sides of a gutter are two columns of text, and no table's: longer than
    cells, and written one column after the other or filled up to their ends."""
    for side in zip(*(split_at(line, gutter) for line in lines), strict=True):
        counts = [len(p.words) for words in side if words for p in cut_line(Line(words))]
        # of the line that a word stands in: labels of a drawing weigh little
        if sum(n * n for n in counts) <= WORDS_OF_A_CELL * sum(counts):
            return False
    sides = [split_at(line, gutter) for line in lines if line.left < gutter < line.right]
    onward = [0 < r[0]["at"] - max(w["until"] for w in le) <= NEXT for le, r in sides]
    if sum(onward) <= len(onward) / 2:
        return True
    widths = [le[-1]["x1"] - le[0]["x0"] for le, _ in sides]
    return bool(statistics.mean(widths) >= FULL_LINE * max(widths))


def split_at(line: Line, gutter: float) -> tuple[list[Word], list[Word]]:
    left = [w for w in line.words if w["x1"] <= gutter + 1]
    return left, [w for w in line.words if w["x1"] > gutter + 1]


def find_columns(band: Sequence[Line], gutter: float) -> Iterator[Block]:
    """The left column of lines, then the right one."""
    for side in zip(*(split_at(line, gutter) for line in band), strict=True):
        yield from find_blocks([Line(words) for words in side if words])


# ── a column's lines -> tables without rules, code, paragraphs ───────────────────────────────


def find_stretches(lines: Sequence[Line]) -> Iterator[Block]:
    rest, prose = join_level(lines), list[Line]()
    while rest:
        rows = take_rows(rest)
        code = [] if rows else take_code_lines(rest, prose[-1] if prose else None)
        taken = rows or code
        if not taken:
            prose.append(rest.pop(0))
            continue
        yield from cut_paragraphs(prose)
        yield write_code(code) if code else write_table(rows)
        prose, rest = [], rest[len(taken) :]
    yield from cut_paragraphs(prose)


def join_level(lines: Sequence[Line]) -> list[Line]:
    """With the cells of a row that stand a little lower, in the middle of higher ones, beside
    them."""
    joined: list[Line] = []
    for line in lines:
        last = joined[-1] if joined else line
        level = line.top < last.bottom - LEVEL * line.size
        level = level and abs(line.size - last.size) < SIZES * line.size
        if joined and level and not any(overlaps(w, last.words) for w in line.words):
            words = sorted([*last.words, *line.words], key=lambda w: w["x0"])
            joined[-1] = Line(words, line.ruled)
        else:
            joined.append(line)
    return joined


def overlaps(word: Word, words: Sequence[Word]) -> bool:
    """Whether a word stands above or below one of others, or close to it."""
    room = NARROW * word["size"]
    return any(word["x0"] < w["x1"] + room and w["x0"] < word["x1"] + room for w in words)


def take_code_lines(lines: Sequence[Line], before: Line | None) -> list[Line]:
    """The lines of code that `lines` begins with, up to a table: two and more, or one further in
    than the line before or behind a colon."""
    taken = list[Line]()
    for number, line in enumerate(lines):
        if not line.code or (taken and line.top - taken[-1].top > FAR * line.size):
            break
        if taken and take_rows(lines[number:]):
            break
        taken.append(line)
    lone = before and taken and (before.text[-1] == ":" or is_further_in(taken[0], before))
    return taken if len(taken) > 1 or lone else []


def is_further_in(line: Line, before: Line) -> bool:
    return line.left - before.left > 0.8 * line.size


def write_code(lines: list[Line]) -> Block:
    """Each word in the column where it stands; with fences where the first line would be a
    heading without them."""
    left = min(line.left for line in lines)
    width = statistics.median(
        (w["x1"] - w["x0"]) / len(w["text"]) for line in lines for w in line.words
    )
    rows = []
    for line in lines:
        row = ""
        for word in line.words:
            column = round((word["x0"] - left) / width) if width else 0
            row += " " * max(column - len(row), 1 if row else 0) + word["text"]
        rows.append(row.translate(LIGATURES))
    return Block(lines, ["```", *rows, "```"] if rows[0].startswith("#") else rows)


def take_rows(lines: Sequence[Line]) -> list[Line]:
    """The rows of a table without rules that `lines` begins with; none where it is no table: white
    space goes through them and parts three and more."""
    pieces = cut_line(lines[0])
    gaps = [(a.right, b.left) for a, b in pairwise(pieces)]
    rows, parted, aside, last, end = [lines[0]], 1, 0, 0, 0
    begun, starts = Counter(round(p.left) for p in pieces[1:]), set[int]()
    for line in lines[1:] if gaps else ():
        parts = cut_line(line, NARROW, starts)
        left = [g for a, b in gaps for g in narrow(a, b, parts, starts)]
        if not left or line.leads or line.top - rows[-1].bottom > FAR * line.size:
            break
        if abs(line.size - rows[-1].size) > 2 * SIZES * line.size:
            break
        within = any(a >= line.left and b <= line.right for a, b in left)
        if not within and line.left < min(a for a, _ in left) and len(rows) - last > 2:
            break
        gaps = left
        rows.append(line)
        begun.update(round(p.left) for p in parts[1:])
        starts = {x for x, count in begun.items() if count >= LEAST_ROWS}
        aside += not within and line.left < min(a for a, _ in left)
        if within:
            parted, last = parted + 1, len(rows) - 1
        if within or line.left > max(b for _, b in left) - 1:
            end = len(rows) - 1
    rows = rows[: end + 1]
    if all(line.code for line in rows) and parted < COLUMNED * len(rows):
        return []
    return rows if parted >= LEAST_ROWS and parted > aside else []


def narrow(
    start: float, end: float, pieces: Sequence[Line], starts: Collection[int]
) -> Iterator[tuple[float, float]]:
    """What pieces of a line leave of a gap, where that is wide enough; all of it where one begins
    behind it at one of `starts`."""
    begin = start
    for piece in pieces:
        if piece.left < end and begin < piece.right:
            if piece.left - begin > NARROW * piece.size:
                yield begin, piece.left
            begin = piece.right
    if end - begin > NARROW * pieces[0].size:
        yield begin, end
    elif begin < end and any(round(p.left) in starts and -1 < p.left - end < 1 for p in pieces):
        yield start, end


def align_cells(rows: Sequence[Line]) -> list[list[str]]:
    """The cells of lines whose pieces stand below each other; what goes on from the line above is
    in its cell."""
    begun = Counter(round(p.left) for line in rows for p in cut_line(line, NARROW)[1:])
    starts = {x for x, count in begun.items() if count >= LEAST_ROWS}
    pieces = [cut_line(line, NARROW, starts) for line in rows]
    edges = find_edges(pieces)
    cells: list[list[str]] = []
    above: dict[int, Line] = {}
    for of in pieces:
        placed: dict[int, list[Line]] = {}
        for piece in of:
            placed.setdefault(find_column(piece, edges), []).append(piece)
        row = [" ".join(p.text for p in placed.get(i, ())) for i in range(len(edges))]
        if len(placed) < len(edges) and all(
            i in above and is_wrapped(above[i], of[0], edges[i][1]) for i, of in placed.items()
        ):
            cells[-1] = [join_cell(a, b) for a, b in zip(cells[-1], row, strict=True)]
        else:
            cells.append(row)
            above = {}
        above |= {i: of[-1] for i, of in placed.items()}
    return cells


def join_cell(text: str, following: str) -> str:
    joint = "" if text.endswith("/") and following else " "
    return f"{text}{joint}{following}".strip()


def find_column(piece: Line, edges: Sequence[tuple[float, float]]) -> int:
    shared = [min(piece.right, b) - max(piece.left, a) for a, b in edges]
    return shared.index(max(shared))


def is_wrapped(above: Line, piece: Line, room: float) -> bool:
    """Whether a cell's line goes on from the one above: it begins with no figure, and its first
    word would not have had room there."""
    return not piece.text[0].isdigit() and not has_room(above, piece, room + 0.2 * piece.size)


def find_edges(rows: Sequence[Sequence[Line]]) -> list[tuple[float, float]]:
    """Left and right of a table's columns: stretches that more than one row in eight covers."""
    pieces = [piece for row in rows for piece in row]
    points = sorted({x for p in pieces for x in (p.left, p.right)})
    most = len(rows) / 8
    edges: list[tuple[float, float]] = []
    for a, b in pairwise(points):
        if sum(p.left <= a and b <= p.right for p in pieces) > most:
            joined = edges and edges[-1][1] == a
            edges[-1:] = [(edges[-1][0], b)] if joined else [*edges[-1:], (a, b)]
    return edges or [(points[0], points[-1])]


def split_row(cells: Sequence[str], unparted: bool) -> list[list[str]]:
    """A table's row without empty ones; where no rule parts the rows (`unparted`), its cells hold
    as many lines as there are, each three and more, that do not go on from one another."""
    lines = [c.splitlines() for c in cells if c]
    later = [line for of in lines for line in of[1:]]
    unparted = unparted and sum(line[:1].islower() for line in later) < len(later) / 2
    if unparted and len(lines) > 1 and len(lines[0]) > 2 and len({len(x) for x in lines}) == 1:
        parts = [c.splitlines() or [""] * len(lines[0]) for c in cells]
        return [[" ".join(c.split()) for c in row] for row in zip(*parts, strict=True)]
    return [[" ".join(c.split()) for c in cells]] if any(cells) else []


def write_table(rows: list[Line]) -> Block:
    """The first row heads the others where it is set apart from them: by its letters, a rule below
    it, or as words above figures."""
    cells = align_cells(rows)
    first, second, *_ = rows
    figures = any(
        not head[:1].isdigit() and sum(c[:1].isdigit() for c in below) > len(below) / 2
        for head, *below in zip(*cells, strict=True)
    )
    headed = figures or first.bold != second.bold or (first.ruled and not second.ruled)
    return Block(rows, write_rows(cells if headed else [[""] * len(cells[0]), *cells]))


def write_rows(cells: Sequence[Sequence[str]]) -> list[str]:
    """A table as Markdown writes it: `corpus` finds its cells again."""
    lines = ["| " + " | ".join(c.replace("|", "/") for c in row) + " |" for row in cells]
    return [lines[0], "|" + " --- |" * len(cells[0]), *lines[1:]]


def cut_paragraphs(lines: Sequence[Line]) -> Iterator[Block]:
    """Lines of one column, cut where a paragraph seems to end."""
    if not lines:
        return
    usual = statistics.median(line.size for line in lines)
    steps = [b.top - a.top for a, b in pairwise(lines) if 0 < b.top - a.top < 2 * b.size]
    step = statistics.median(steps) if steps else 0.0
    rights = sorted(line.right for line in lines)
    left = min(line.left for line in lines)
    room = rights[-1 - len(rights) // 10]  # of ten lines, one may stick out
    block: list[Line] = []
    for line in lines:
        if block and ends(block[-1], line, step, left, room, usual):
            yield Block(block, room=room)
            block = []
        block.append(line)
    yield Block(block, room=room)


def ends(last: Line, line: Line, step: float, left: float, room: float, usual: float) -> bool:
    """Whether a new paragraph begins between two lines of a column."""
    scale = max(1.0, min(last.size, line.size) / usual)  # a heading's lines stand further apart
    if step and line.top - last.top > LINE_STEP * step * scale:
        return True
    if last.leads:
        return not line.leads and line.top - last.top > 1.1 * step
    if abs(line.size - last.size) > SIZES * usual:
        return True
    if line.leads:
        return False
    short = has_room(last, line, room)
    if REFERENCE.match(line.text) and (short or last.text[-1:] == "."):
        return True
    label = last.bold and last.text[-1:] == ":"
    if last.bold != line.bold and not label and (short or not line.text[0].islower()):
        return True
    if ITEM_LINE.match(line.text):
        return True
    closed = last.text[-1:] in '.!?:”"' and short and not label
    indented = is_further_in(line, last) and last.left - left < 0.5 * line.size
    return closed or (indented and last.text[-1:] in '.!?:”"')


def has_room(line: Line, after: Line, room: float) -> bool:
    """Whether the next line's first word would have had room behind a line."""
    word = after.words[0]
    return bool(line.right + 0.5 * line.size + word["x1"] - word["x0"] < room)
