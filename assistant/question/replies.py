"""What is said in a talk and is no question of fact: thanks, doubts, "tell me more", an overview.

A closed class of a few turns of phrase, and a topic of a word or two; whatever else is said is a
question.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from assistant.language.english import AUXILIARY, DETERMINER, PRONOUN, WH
from assistant.language.fold import fold
from assistant.language.terms import content, words
from assistant.question.anaphora import POSSESSIVE

Move = Literal[
    "thanks", "greeting", "help", "documents", "repeat", "who", "words", "more", "language"
]
IT = "(?:it|this|that)"
THEY = "(?:it|he|she|they)"
MOVES: dict[Move, tuple[str, ...]] = {
    "thanks": (
        r"(?:(?:ok(?:ay)?|great|perfect|good|cool),? )?(?:many )?(?:thanks|thank you|thx)"
        r"(?: a lot| so much| very much| for .*)?",
        r"ok(?:ay)?|great|perfect|cool|good|i see|got it|(?:good)?bye",
    ),
    "greeting": (
        r"(?:hello|hi|hey|good (?:morning|afternoon|evening|day))(?: there| everyone)?",
        r"how are you(?: doing)?",
    ),
    "help": (
        r"help(?: me)?|(?:who|what) are you|are you (?:an? [\w -]+|human|real|chatgpt)",
        r"what(?: else)? can (?:you do|i ask)(?: you)?(?: here)?",
        r"how do(?:es)? (?:this|you) work|what does this (?:tool|page|app) do",
    ),
    "documents": (
        r"(?:what|which) (?:documents?|files?|sources?|texts?)"
        r"(?: (?:are|is) there| (?:do|can) you (?:have|know|read|use|search))(?: here)?",
        r"(?:please )?(?:list|show|show me|name)(?: all)? (?:the |your )?(?:documents|files)",
    ),
    "repeat": (
        rf"(?:are you|is {IT}) (?:really |quite )?(?:sure|certain|true|right|correct)"
        rf"(?: (?:about|of) {IT})?",
        rf"really|how do you know(?: {IT})?|where does {THEY} (?:say|write) (?:so|{IT})",
        rf"where (?:is|was|does) {IT} (?:written|said|from|come from|stand)",
        r"(?:what(?:'s| is) (?:the|your) )?source|(?:show|give) me (?:the |your )?"
        r"(?:sources?|quotes?|passages?)",
        rf"(?:can you )?(?:prove|quote|cite) {IT}",
    ),
    "who": (rf"says who|who (?:says|said|claims|told you) (?:so|{IT})",),
    "words": (
        r"(?:what|anything|something) else (?:did|does|do|has|have) (?:he|she|they) "
        rf"(?:say|said|write|written|think|tell (?:us|me|you))(?: about {IT})?(?: please)?",
    ),
    "more": (
        r"(?:(?:can you |please )?(?:tell|show|give) me )?(?:some )?more"
        rf"(?: (?:details?|information))?(?: (?:about|on) (?:{IT}|him|her|them))?(?: please)?",
        r"go on|continue|elaborate|(?:what|anything|something) else"
        rf"(?: (?:did|does|do|has|have) {THEY}(?: (?:say|do))?)?",
    ),
}
WHOLE = (
    r"(?:documents?|texts?|articles?|reports?|papers?|pages?|files?|corpus|it|this|that|these|them)"
)
OVERVIEW = tuple(
    re.compile(f"(?:please |can you |could you )?{pattern}(?: for me)?(?: please)?")
    for pattern in (
        r"(?:summari[sz]e|sum up|outline|describe)(?P<of>.{0,80}?)",
        r"(?:give me |write |show me )?(?:an? |the )?(?:short |brief |quick )?"
        r"(?:summary|overview|outline|gist|abstract|tl;?dr)(?: (?:of|about|on)(?P<of>.{1,80}?))?",
        r"what(?:'s| is| are)(?P<of> .{2,60}?) (?:all )?about",
        r"(?:what are |give me |list )?(?:the )?(?:main|key|most important) "
        r"(?:points?|ideas?|facts|takeaways?|messages?|topics?|findings?)"
        r"(?: (?:of|in|from)(?P<of>.{1,80}?))?",
    )
)
TOPIC_WORDS = 2
# What asks for passages on something, not for an answer
TOPIC = tuple(
    re.compile(f"(?:please |can you |could you )?{pattern} (?P<of>.{{2,80}}?)(?: please)?")
    for pattern in (
        r"(?:tell|show) me (?:something |anything |everything |all |what you (?:have|know) )?about",
        r"(?:(?:find|show|give)(?: me)? |(?:search|look) for )?(?:all )?(?:the )?"
        r"(?:something|anything|everything|passages|quotes) (?:about|on)",
        rf"what (?:do|does) (?:the |these |this |your )?{WHOLE} (?:say|tell|write)(?: us)?"
        r" about",
        r"what (?:is|was) (?:said|written|known) about",
        r"(?:is|are) there (?:anything|something|any (?:information|news|details?|passages?))"
        rf"(?: in (?:the |these )?{WHOLE})? (?:about|on)",
        r"where (?:can|do|could) i (?:read|find)(?: (?:more|something|out))? about",
    )
)

# Words by which questions in other languages begin, and marks: the reader knows English.
FOREIGN = re.compile(
    r"[¿¡]|(?:wer|wann|warum|worum|wie ?viele?|welche[rsn]?|wo (?:ist|sind|liegt|wurde)"
    r"|was (?:ist|sind|hat)"
    r"|hvor(?:når|for|dan|mange)?|hvem|hvad|hva|vem|vad|när|quién(?:es)?|qué|dónde|cómo|por qué"
    r"|quand|où|combien|pourquoi|quel(?:le)?s?|est-ce|quando|dove|perché|quanti|waar|wanneer"
    r"|hoeveel|kto|kiedy|gdzie)\b"
)


def find_move(question: str) -> Move | None:
    """Which of the moves a question is, if any.

    >>> find_move("Are you sure?")
    'repeat'
    """
    plain = re.sub(r"^(?:and|but|so)\s+|[\s.!?…]+$", "", fold(question))
    for move, patterns in MOVES.items():
        if any(re.fullmatch(pattern, plain) for pattern in patterns):
            return move
    return "language" if FOREIGN.match(plain) or is_other_script(plain) else None


def is_other_script(text: str) -> bool:
    """Whether most letters are not Latin ones, and it asks in no English word: Кто, 谁, من."""
    if (WH | AUXILIARY) & set(words(text)):
        return False
    letters = [c for c in text if c.isalpha()]
    latin = sum("LATIN" in unicodedata.name(c, "") for c in letters)
    return 2 * latin < len(letters)


def find_overview(question: str) -> str | None:
    """Of what a question wants an overview: "" for all that there is; None where it wants none.

    >>> find_overview("Summarize the handbook, please.")
    'handbook'
    """
    plain = re.sub(r"[\s.!?…]+$", "", fold(question)).replace(", please", " please")
    found = next((m for pattern in OVERVIEW if (m := pattern.fullmatch(plain))), None)
    if found is None:
        return None
    named = re.sub(
        rf"^ ?(?:(?:{'|'.join(sorted(DETERMINER))}|{WHOLE})\b ?)*", "", found["of"] or ""
    )
    return re.sub(rf" ?\b{WHOLE}$", "", named).strip()


def find_topic(question: str) -> str | None:
    """On what passages are wanted: of "Tell me about the harbour", or of a word or two that name a
    thing and ask nothing; None of whatever else is asked.

    >>> find_topic("What does the report say about Denmark's position?")
    "Denmark's position"
    >>> find_topic("Who left?")
    """
    plain = re.sub(r"[\s.!?…]+$", "", question.strip())
    for pattern in TOPIC:
        found = pattern.fullmatch(fold(plain))
        said = set(words(found["of"])) if found else set()
        if found and content(found["of"]) and not (PRONOUN | POSSESSIVE | WH) & said:
            return plain[slice(*found.span("of"))]
    said_words = words(question)
    asks = any(word in WH or word in AUXILIARY for word in said_words)
    few = 0 < len(content(question)) <= TOPIC_WORDS and len(said_words) <= TOPIC_WORDS + 2
    return question if few and not asks else None
