"""Case + Answer -> what is right and what is wrong with it.  Pure; no model judges anything.

An answer to an answerable question is RIGHT when all of this holds:

* it was given (status "answered");
* its text says what is accepted: after folding, token F1 of at least 1/2 with an accepted
  answer, or an accepted answer stands in it as whole words and it is at most three times as long
  (of a whole sentence that settles a yes-or-no question, however long; of a list whose items are
  given, item F1 of at least 1/2);
* its first quote overlaps a passage listed as support.

An answer to a question that must not be answered is right when it is "not_found".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.evaluate.measures import (
    PrecisionRecall,
    exact_match,
    support_precision_recall,
    token_f1,
)
from assistant.evaluate.questions import Case, Place, occurrences
from assistant.language.fold import fold
from assistant.records import Answer, Document, Quote

NEAR_ENOUGH = 0.5  # token F1
DIGIT_GROUPS = re.compile(r"\d[.,]\d")
AT_MOST = 3  # times the length of an accepted answer that the text contains


def is_right(case: Case, answer: Answer) -> bool:
    """The rule above."""
    if not case.answerable or not answer.found:
        return case.answerable == answer.found
    return says(case, answer) and bool(answer.quotes) and supported(case, answer.quotes[0])


def says(case: Case, answer: Answer) -> bool:
    """Whether the text is an accepted answer, near enough."""
    if case.items and answer.items:
        return item_f1(case, answer) >= NEAR_ENOUGH
    if answer.kind == "yes_no":
        return any(occurrences(accepted, fold(answer.text)) for accepted in case.answers)
    return f1(case, answer) >= NEAR_ENOUGH or any(
        occurrences(accepted, fold(answer.text)) and len(answer.text) <= AT_MOST * len(accepted)
        for accepted in case.answers
    )


def item_f1(case: Case, answer: Answer) -> float:
    """F1 of the items of a list: of those given, those that are an accepted form of an item, near
    enough and each item once, and of those that belong to it, those given.  An answer that is no
    list gives one item."""
    given = [item.text for item in answer.items] or [answer.text] * answer.found
    left = list(case.items)
    for text in given:
        folded = fold(text)
        found = next(
            (forms for forms in left if token_f1(folded, list(map(fold, forms))) >= NEAR_ENOUGH),
            None,
        )
        if found:
            left.remove(found)
    both = len(case.items) - len(left)
    return 2 * both / (len(given) + len(case.items))


def em(case: Case, answer: Answer) -> float:
    """Exact match with an accepted answer, as SQuAD's script has it, after folding."""
    return exact_match(fold(answer.text), [fold(accepted) for accepted in case.answers])


def f1(case: Case, answer: Answer) -> float:
    """Token F1 with the nearest accepted answer, as SQuAD's script has it, after folding."""
    return token_f1(fold(answer.text), [fold(accepted) for accepted in case.answers])


def place_of(quote: Quote) -> Place:
    return Place(quote.doc_id, quote.start, quote.end)


def supported(case: Case, quote: Quote) -> bool:
    """Whether a quote overlaps a support."""
    return any(place_of(quote).overlaps(score_support) for score_support in case.places)


def is_complete(case: Case, answer: Answer) -> bool:
    """Whether every support is quoted, or at least touched by a quote."""
    return all(
        any(
            place_of(quote).overlaps(score_support)
            for score_support in places
            for quote in answer.quotes
        )
        for places in case.supports
    )


def score_support(case: Case, answer: Answer, documents: Mapping[str, Document]) -> PrecisionRecall:
    """Precision and recall of the quotes, in characters.

    Precision is against all supports together.  So is recall where all are needed; otherwise
    one is enough, and recall is that of the one best covered.
    """
    bases: dict[str, int] = {}  # all documents end to end, so that one axis holds every offset
    total = 0
    for doc_id, document in documents.items():
        bases[doc_id] = total
        total += len(document.text)

    def interval(p: Place) -> tuple[int, int]:
        return bases[p.doc_id] + p.start, bases[p.doc_id] + p.end

    quoted = [interval(place_of(q)) for q in answer.quotes if q.doc_id in bases]
    whole = support_precision_recall(quoted, [interval(p) for p in case.places])
    if case.needs_all:
        return whole
    recalls = [support_precision_recall(quoted, [interval(p)]).recall for p in case.places]
    return PrecisionRecall(whole.precision, max(recalls, default=whole.recall))


def contradicted(case: Case, answer: Answer) -> bool:
    """Whether the passage that shows the question to be mistaken is the first of the closest."""
    return bool(answer.closest) and any(
        place_of(answer.closest[0]).overlaps(where) for where in case.contradiction
    )


def same(a: Answer, b: Answer) -> bool:
    """Whether two answers say the same with the same quotes."""
    return (a.status, a.text, [place_of(q) for q in a.quotes]) == (
        b.status,
        b.text,
        [place_of(q) for q in b.quotes],
    )


def faults(answer: Answer, documents: Mapping[str, Document]) -> list[str]:
    """Every breach of the contract of an Answer, a line each; none may ever occur.

    `documents` are the files as they are, not as an index holds them.  Nothing of the product's
    own checks is relied on here.
    """
    found = [
        f"{quote.doc_id} {quote.start}:{quote.end}: {fault}"
        for quote in (*answer.quotes, *answer.closest)
        for fault in quote_faults(quote, documents.get(quote.doc_id))
    ]
    if answer.found and not answer.quotes:
        found.append("answered without a quote")
    elif answer.found and not answer.items and answer.quotes[0].parts[1] != answer.text:
        found.append("the text is not the answer marked in the first quote")
    if answer.perhaps and answer.perhaps not in [quote.parts[1] for quote in answer.closest]:
        found.append("what is perhaps the answer is not marked in a closest passage")
    for item in answer.items:
        holder = answer.quotes[item.quote]
        document = documents.get(holder.doc_id)
        if document is None or document.text[item.start : item.end] != item.text:
            found.append(f"the item {item.text!r} is not what stands there")
        elif not holder.start <= item.start < item.end <= holder.end:
            found.append(f"the item {item.text!r} is not in its quote")
    if answer.found and answer.closest:
        found.append("answered, and yet with closest passages")
    if not answer.found and (answer.text or answer.quotes):
        found.append("not found, and yet with a text or a quote")
    return found


def quote_faults(quote: Quote, document: Document | None) -> list[str]:
    """What keeps a quote from being exact."""
    if document is None:
        return ["there is no such document"]
    text, start, end = document.text, quote.start, quote.end
    if quote.doc_sha256 != document.sha256:
        return ["the digest is not the document's"]
    if not 0 <= start < end <= len(text):
        return ["outside the document"]
    if text[start:end] != quote.text:
        return ["not the words that stand there"]
    found = []
    if parts_a_word(text, start) or parts_a_word(text, end):
        found.append("begins or ends inside a word")
    if any(a < end and start < b for a, b in document.skipped):
        found.append("quotes what is not indexed")
    a, b = quote.answer_start, quote.answer_end
    if (a is None) != (b is None):
        found.append("half an answer is marked")
    elif a is not None and b is not None:
        if not start <= a < b <= end:
            found.append("the answer is outside the quote")
        elif parts_a_word(text, a) or parts_a_word(text, b):
            found.append("the answer begins or ends inside a word")
    return found


def parts_a_word(text: str, at: int) -> bool:
    """Whether a cut before `text[at]` parts a word, or a figure such as 57,000."""
    if not 0 < at < len(text):
        return False
    word = text[at - 1].isalnum() and text[at].isalnum()
    return word or bool(
        DIGIT_GROUPS.match(text, at - 1) or (at > 1 and DIGIT_GROUPS.match(text, at - 2))
    )
