"""Answer -> text for people: plain for the clipboard, Markdown for a file.  Knows only records.

Document text is data: in Markdown every character that could mean something is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.records import Answer, Item, Quote

CLOSEST_TITLE = "Closest passages (not an answer)"
WRITTEN = "Written by a language model and checked; the quotes are the source's own words"
NONE_LEFT = "What a language model wrote is not shown: the quotes don't carry it"
PERHAPS = "Perhaps “{}”: not sure enough to say so; of such about one in three is right."
SURE, FAIRLY_SURE = 0.85, 0.60  # lowest confidence that earns the word

MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$>:@^=])")


def sureness(confidence: float) -> str:
    """A word for a confidence: "sure", "fairly sure" or "unsure"."""
    if confidence >= SURE:
        return "sure"
    return "fairly sure" if confidence >= FAIRLY_SURE else "unsure"


def beside(answer: Answer) -> str:
    """What is said beside the headline: what may be the answer, and the note; "" for nothing."""
    perhaps = PERHAPS.format(answer.perhaps) if answer.perhaps else ""
    return " ".join(part for part in (perhaps, answer.note) if part)


def item_source(answer: Answer, item: Item) -> str:
    """The title of an item's document, where the items of a list are not of one document."""
    several = len({quote.doc_id for quote in answer.quotes}) > 1
    return answer.quotes[item.quote].title if several else ""


def say_items(answer: Answer) -> str:
    """The items of a list, a line each with a bullet; "" for any other answer."""
    sources = [(item.text, item_source(answer, item)) for item in answer.items]
    return "\n".join(f"• {on_one_line(text)}" + f" ({of})" * bool(of) for text, of in sources)


def describe_place(quote: Quote) -> str:
    """Where a quote stands, in a line."""
    return " · ".join(place_parts(quote).values())


def place_parts(quote: Quote) -> dict[str, str]:
    """Where a quote stands: title, position, and who says it when the text says so; by name, in
    the order to show them."""
    speaker = {"speaker": quote.speaker} if quote.speaker else {}
    return {"title": quote.title} | position(quote.page, quote.paragraph) | speaker


def position(page: int | None, paragraph: int) -> dict[str, str]:
    """Where something stands in a document: page, where there are any, and paragraph; 0 is none."""
    pages = {"page": f"page {page}"} if page else {}
    return pages | ({"paragraph": f"paragraph {paragraph}"} if paragraph else {})


def quote_numbers(answer: Answer) -> dict[str, int]:
    """The numbers, from 1, by which prose refers to its quotes."""
    return {quote.quote_id: n for n, quote in enumerate(answer.quotes, start=1)}


def prose(answer: Answer) -> str:
    """What a language model wrote and the quotes carry, each sentence with the numbers of its
    quotes; "" without any."""
    numbers = quote_numbers(answer)
    return " ".join(
        s.text + " " + "".join(f"[{numbers[i]}]" for i in s.quote_ids)
        for s in answer.sentences
        if s.supported
    )


def written(answer: Answer) -> str:
    """Who wrote the prose, and how many of its sentences were struck out; "" without a model."""
    struck = sum(not s.supported for s in answer.sentences)
    told = WRITTEN if answer.prose else NONE_LEFT
    if struck:
        told += f"; {struck} sentence{'s' if struck > 1 else ''} struck out"
    return told if answer.sentences else ""


def to_plain(answer: Answer) -> str:
    """One answer with its quotes and their places, without markup."""
    lines = [on_one_line(answer.question)]
    if answer.query_used != answer.question:
        lines.append(f"(searched for: {on_one_line(answer.query_used)})")
    headline = say_items(answer) or answer.headline
    lines += ["", headline] if headline else []
    if beside(answer):
        lines += ["", on_one_line(beside(answer))]
    if answer.prose:
        lines += ["", f"{written(answer)}:", on_one_line(prose(answer))]
    if answer.closest:
        lines += ["", f"{CLOSEST_TITLE}:"]
    for quote in (*answer.quotes, *answer.closest):
        head = [f"  {on_one_line(quote.head)}"] if quote.head else []
        lines += ["", *head, f"“{on_one_line(quote.text)}”", f"    {describe_place(quote)}"]
    return "\n".join(lines) + "\n"


def to_markdown(answer: Answer) -> str:
    """One answer as a Markdown section, with the bytes' digest and offsets of each quote."""
    blocks = [f"## {escape_markdown(answer.question)}"]
    if answer.query_used != answer.question:
        blocks.append(f"Searched for: {escape_markdown(answer.query_used)}")
    if answer.text:
        word = sureness(answer.confidence)
        if any(item_source(answer, item) for item in answer.items):
            blocks.append("\n".join(map(escape_markdown, say_items(answer).split("\n"))))
        blocks.append(f"**{escape_markdown(answer.text)}** ({word}, {answer.confidence:.2f})")
    elif answer.headline:
        blocks.append(f"**{answer.headline}**")
    if beside(answer):
        blocks.append(escape_markdown(beside(answer)))
    if answer.prose:
        blocks.append(f"{written(answer)}: {escape_markdown(prose(answer))}")
    if answer.closest:
        blocks.append(f"{CLOSEST_TITLE}:")
    for quote in (*answer.quotes, *answer.closest):
        before, inside, after = (escape_markdown(part, strip=False) for part in quote.parts)
        emphasised = f"{before}**{inside}**{after}" if inside else before
        head = f"> {escape_markdown(quote.head)}\n>\n" if quote.head else ""
        blocks.append(f"{head}> {emphasised}")
        blocks.append(
            f"— {escape_markdown(describe_place(quote))} (characters {quote.start} to {quote.end}"
            f" of {escape_markdown(quote.doc_id)}, SHA-256 {quote.doc_sha256[:16]})"
        )
    return "\n\n".join(blocks) + "\n"


def talk_to_markdown(answers: Iterable[Answer], title: str = "Questions and answers") -> str:
    """A whole talk as a Markdown document."""
    return "\n".join([f"# {escape_markdown(title)}\n", *map(to_markdown, answers)])


def escape_markdown(text: str, strip: bool = True) -> str:
    """Text on one line in which no character is Markdown or HTML."""
    flat = re.sub(r"\s+", " ", text)
    flat = flat.strip() if strip else flat
    flat = flat.replace("&", "&amp;").replace("<", "&lt;")
    return MARKS.sub(r"\\\1", flat)


def on_one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
