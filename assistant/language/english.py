"""English as lists: function words, numerals, the calendar, negations, opposites, names of peoples.

`terms` and `reading.premises` say what they are for.
"""

from __future__ import annotations

import re


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
TITLES = listed("mr mrs ms miss dr prof rev sir sen gov rep gen st lady lord")
PRONOUN = listed(
    "i you he she it we they me him us them mine yours hers ours theirs himself herself itself "
    "themselves there here one ones"
)
VIEWS_OF = listed(  # what somebody does who is then quoted
    "say said tell told think thought believe hold held argue claim want wish hope fear doubt "
    "expect find found call mention suggest ask sure insist warn feel felt consider agree describe "
    "compare"
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
CALENDAR = listed(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december jan feb mar apr jun jul aug sep sept "
    "oct nov dec"
)
WEEKDAYS = listed("monday tuesday wednesday thursday friday saturday sunday")
MONTH = "|".join(sorted(CALENDAR - WEEKDAYS, key=len, reverse=True))  # longest first, a pattern
NEGATION = re.compile(
    r"\b(?:not(?! (?:only|just|merely))|no(?! (?:less|fewer|later|more) than)|never|none|nobody|"
    r"nothing|neither|nor|without|cannot|[a-z]+n't|failed to|fails to|refused to|refuses to|"
    r"declined to|denied|denies|unable to|instead of|rather than|lack of)\b"
)
DOUBT = re.compile(  # what has not happened, or not yet
    r"\b(?:unlikely|slim chances?|little chance|no plans?|ha(?:s|ve) yet to|wrongly|falsely"
    r"|baseless|no evidence|no intention)\b"
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
        "praise commend hail applaud|criticise criticize condemn blame",
        "join enter|leave quit exit withdraw",
        "allow permit|ban forbid prohibit",
        "win|lose",
        "rise climb|fall drop decline",
        "open|close shut",
        "start begin launch|stop end cancel halt",
        "buy acquire|sell",
        "attend visit|skip boycott",
        "pass adopt|fail",
        "before|after",
        "highest largest|lowest smallest",
        "majority|minority",
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

# What asks for the row of a table with the largest or the smallest value
LARGEST = listed("most highest largest biggest greatest longest maximum")
SMALLEST = listed("least fewest lowest smallest shortest minimum")
# What may stand in parentheses behind the head of a column and is no part of its name
MEASURES = listed(
    "kg g t lb oz km m cm mm mi ft in l ml h min s ms km/h mph kwh mwh gwh w kw v c f °c ha "
    "% $ € £ eur usd gbp chf euro euros dollars pounds francs crowns percent years days hours "
    "million millions thousand thousands"
)
