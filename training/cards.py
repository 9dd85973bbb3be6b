"""Made-up fact sheets, asked in the words of people who have not seen them.

A sheet says "Population: 37,000" or "Net weight – 4 kg"; people ask how many live there and how
heavy it is.  What is made up here are sheets of towns, devices, events, courses, contracts, firms
and books, in the layouts that files and extractors have, and for each of their labels the questions
that ask for it without naming it.  No label, layout or question is taken from the documents that
anything is measured on.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from made_up import Made, Passage

ABSENT = 0.5  # the share of questions whose line is taken out
ANOTHER = 0.08  # the share that asks of another sheet's subject
BESIDE = 0.35  # the share with a second sheet of the same kind among what was retrieved
DATED = 0.25  # the share of figures given for two years

Value = Callable[[random.Random, Sequence[str]], str]


@dataclass(frozen=True)
class Line:
    """One line of a sheet.  {e} in a question is the sheet's subject; `parts` are told one after
    the other ("total: …; men: …"), each with its own questions; `dated` lines may be told for two
    years.  Without questions it is there to be mistaken for another."""

    labels: tuple[str, ...]
    value: Value
    questions: tuple[str, ...] = ()
    parts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    dated: bool = False


def number(low: int, high: int, *units: str) -> Value:
    def made(rng: random.Random, _: Sequence[str]) -> str:
        n = rng.randint(low, high)
        before = rng.choice(["", "", "", "", "about ", "up to ", "at least "])
        return before + rng.choice(units or ("{}",)).format(f"{n:,}")

    return made


def decimal(high: int, unit: str) -> Value:
    return lambda rng, _: unit.format(f"{rng.randint(0, high)}.{rng.randint(0, 9)}")


def one_of(*options: str) -> Value:
    return lambda rng, _: rng.choice(options)


def person(rng: random.Random, names: Sequence[str]) -> str:
    return rng.choice(["", "", "Dr ", "Prof. ", "Ms "]) + rng.choice(names)


def place(rng: random.Random, _: Sequence[str]) -> str:
    return town(rng)


def address(rng: random.Random, names: Sequence[str]) -> str:
    street = rng.choice(["Street", "Road", "Lane", "Square"])
    return f"{rng.randint(1, 90)} {rng.choice(names).split(' ')[-1]} {street}, {town(rng)}"


MONTHS = ["January", "March", "April", "May", "June", "August", "September", "October", "November"]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def date(rng: random.Random, _: Sequence[str]) -> str:
    day, month, year = rng.randint(1, 28), rng.choice(MONTHS), rng.randint(1995, 2026)
    return rng.choice([f"{day} {month} {year}", f"{day} {month}", f"{month} {day}, {year}"])


def year(rng: random.Random, _: Sequence[str]) -> str:
    return str(rng.randint(1820, 2020))


def hours(rng: random.Random, _: Sequence[str]) -> str:
    first, last = sorted(rng.sample(DAYS, 2), key=DAYS.index)
    return (
        f"{first}–{last} {rng.randint(7, 10)}:00–{rng.randint(16, 21)}:{rng.choice(['00', '30'])}"
    )


def phone(rng: random.Random, _: Sequence[str]) -> str:
    return f"0{rng.randint(20, 99)} {rng.randint(100, 999)} {rng.randint(1000, 9999)}"


def mail(rng: random.Random, names: Sequence[str]) -> str:
    name = rng.choice(names).lower().replace(" ", ".")
    return rng.choice([f"{name}@example.org", "office@example.org", "help@example.com"])


def money(low: int, high: int) -> Value:
    return number(low, high, "{} crowns", "${}", "€{}", "£{}", "{} euros")


SYLLABLES = (
    ["Vel", "Har", "Lin", "Mor", "Ost", "Bran", "Tal", "Ker", "Sun", "Ald", "Gre", "Pol", "Ron"],
    ["ma", "be", "do", "vi", "ra", "ste", "ne", "ti", "lo", "", ""],
    ["rk", "ria", "ville", "ton", "borg", "land", "stad", "ford", "sund", "mar", "dal", "via"],
)


def town(rng: random.Random) -> str:
    return "".join(rng.choice(part) for part in SYLLABLES)


SHEETS: dict[str, tuple[Line, ...]] = {
    "place": (
        Line(("Death penalty", "Capital punishment"), one_of("abolished in 1971", "none"),
             ("Can people be put to death in {e}?",)),
        Line(("Voting age", "Suffrage"), number(16, 21, "{} years of age"),
             ("How old must one be to vote in {e}?", "From what age may people vote in {e}?")),
        Line(("Visa", "Entry"), one_of("not required for 90 days", "required in advance"),
             ("Do I need papers to get into {e}?", "Can I just travel to {e}?")),
        Line(("Highest court", "Supreme court"), place, ("Where do the top judges sit?",)),
        Line(("Birth rate",), decimal(40, "{} per 1,000"), ("How many children are born?",)),
        Line(("Population", "Inhabitants", "Residents"), number(800, 9_000_000),
             ("How many people live in {e}?", "How many people are there in {e}?",
              "How many inhabitants does {e} have?", "What is the population of {e}?"),
             dated=True),
        Line(("Population growth", "Annual growth"), decimal(4, "{}%"),
             ("How fast does the number of people in {e} grow?",)),
        Line(("Area", "Surface", "Total area"), number(12, 90_000, "{} km²", "{} sq km"),
             ("How big is {e}?", "How large is {e}?", "What size does {e} have?")),
        Line(("Capital", "Seat of government"), place,
             ("What is the capital of {e}?", "Which town governs {e}?",
              "Where does the government of {e} sit?")),
        Line(("Currency", "Money"), one_of("crown", "Velmark pound", "franc", "new dinar"),
             ("What do people pay with in {e}?", "Which money is used in {e}?",
              "What currency do they have in {e}?")),
        Line(("Official language", "Languages"), one_of("Danish", "Malay and Tamil", "Basque"),
             ("What do people speak in {e}?", "Which language is spoken in {e}?")),
        Line(("Unemployment rate", "Unemployment", "Jobless"), decimal(19, "{}%"),
             ("How many people in {e} are out of work?", "What share of {e} has no job?",
              "What was the unemployment rate of {e}?"), dated=True),
        Line(("Life expectancy", "Life expectancy at birth"), number(61, 86, "{} years"), (),
             (("total", ("How long do people in {e} live?", "How old do people get in {e}?")),
              ("men", ("How long do men live in {e}?", "What is the life expectancy of men?")),
              ("women", ("How old do women get in {e}?",
                         "What is the life expectancy of women in {e}?")))),
        Line(("School life", "Years of school"), number(8, 15, "{} years"),
             ("How long do children go to school in {e}?",)),
        Line(("Head of state", "President", "Governor"), person,
             ("Who is the head of {e}?", "Who rules {e}?", "Who is at the top of {e}?")),
        Line(("Highest point", "Highest elevation"), number(90, 4300, "{} m"),
             ("How high is the tallest mountain of {e}?", "How high does {e} rise?")),
        Line(("Coastline",), number(3, 4000, "{} km"), ("How long is the coast of {e}?",)),
        Line(("Independence", "Founded", "Established"), year,
             ("When was {e} founded?", "Since when has {e} existed?", "How old is {e}?")),
        Line(("National holiday",), date, ("When does {e} celebrate its day?",)),
        Line(("Military service", "Conscription"), number(6, 24, "{} months"),
             ("How long must people serve in {e}?",)),
        Line(("Exports",), number(2, 900, "${} million"),
             ("How much does {e} sell abroad?", "What are the goods sold abroad worth?")),
        Line(("Internet users",), number(20, 99, "{}%"),
             ("What share of people in {e} is online?",)),
        Line(("Time zone",), one_of("UTC+1", "UTC-5", "UTC+9")),
        Line(("Airports",), number(1, 30)),
    ),
    "device": (
        Line(("Gross weight", "Weight packed"), number(2, 99, "{} kg"),
             ("How heavy is the {e} in its box?", "What does the parcel weigh?")),
        Line(("Dishwasher-safe", "Cleaning"), one_of("no, wipe only", "yes, upper basket"),
             ("Can the {e} go into the dishwasher?", "How do I clean the {e}?")),
        Line(("Waterproof", "Protection"), one_of("splash only (IP44)", "no", "yes, to 2 m"),
             ("Can I leave the {e} in the rain?", "Does water harm the {e}?")),
        Line(("Spare parts", "Parts available"), number(3, 15, "{} years"),
             ("How long can I get parts for the {e}?", "For how long is it still repaired?")),
        Line(("Returns",), one_of("within 14 days", "within 30 days, unopened"),
             ("Can I send the {e} back?", "How long may I change my mind?")),
        Line(("Price", "Retail price", "List price"), money(9, 2400),
             ("How much is the {e}?", "What does the {e} cost?", "How much do I pay for the {e}?")),
        Line(("Weight", "Net weight", "Mass"), number(1, 90, "{} kg", "{} g"),
             ("How heavy is the {e}?", "How much does the {e} weigh?")),
        Line(("Height",), number(10, 240, "{} cm"), ("How tall is the {e}?", "How high is it?")),
        Line(("Width",), number(10, 240, "{} cm", "{} mm"), ("How wide is the {e}?",)),
        Line(("Depth",), number(10, 240, "{} cm"), ("How deep is the {e}?",)),
        Line(("Capacity", "Volume", "Tank"), number(1, 80, "{} litres"),
             ("How much does the {e} hold?", "How much fits into the {e}?")),
        Line(("Power", "Power consumption", "Rated power"), number(5, 2400, "{} W"),
             ("How much electricity does the {e} use?", "How strong is the {e}?")),
        Line(("Warranty", "Guarantee"), number(1, 10, "{} years", "{} months"),
             ("How long is the {e} guaranteed?", "Until when is it repaired for free?")),
        Line(("Battery life", "Runtime"), number(2, 40, "{} hours"),
             ("How long does the {e} run on one charge?", "How long does the battery last?")),
        Line(("Charging time",), number(1, 9, "{} hours"),
             ("How long does it take to charge the {e}?",)),
        Line(("Noise", "Sound level"), number(20, 90, "{} dB"), ("How loud is the {e}?",)),
        Line(("Maximum speed", "Top speed"), number(5, 90, "{} km/h", "{} rpm"),
             ("How fast is the {e}?", "How fast can it go?")),
        Line(("Operating temperature",), one_of("5 to 40 °C", "-10 to 35 °C", "0–45 °C"),
             ("How cold may it be for the {e}?", "At what temperatures does the {e} work?")),
        Line(("Manufacturer", "Maker"), place, ("Who makes the {e}?", "Who built the {e}?")),
        Line(("Released", "On sale since"), date, ("When did the {e} come out?",)),
        Line(("Default password",), one_of("admin", "12345", "changeme", "welcome"),
             ("How do I log in to the {e} the first time?",)),
        Line(("Listening port", "Port"), number(21, 9000), ("Where does the {e} listen?",)),
        Line(("Material", "Housing"), one_of("steel", "aluminium", "oak", "ABS plastic"),
             ("What is the {e} made of?",)),
        Line(("Colour",), one_of("black", "white", "red or blue")),
        Line(("Article number",), number(10_000, 99_999)),
    ),
    "event": (
        Line(("Children", "Under 12"), one_of("free", "half price", "not admitted"),
             ("Can I bring my kids to the {e}?", "What do children pay?")),
        Line(("Dogs",), one_of("on a lead", "not admitted"), ("May my dog come to the {e}?",)),
        Line(("Payment",), one_of("card only", "cash only", "in advance"),
             ("Can I pay with notes and coins?", "How do I pay at the door?")),
        Line(("Parking",), one_of("behind the hall, free", "none", "5 crowns a day"),
             ("Where do I leave my car?", "Is there room for my car at the {e}?")),
        Line(("Date", "When"), date, ("When is the {e}?", "On what day does the {e} take place?")),
        Line(("Start", "Begins"), one_of("9:30", "10 a.m.", "18:00", "half past seven"),
             ("At what time does the {e} begin?", "When do I have to be there?")),
        Line(("End", "Ends"), one_of("17:30", "4 p.m.", "22:00"),
             ("When is the {e} over?", "Until when does the {e} go on?")),
        Line(("Venue", "Location", "Room"), address,
             ("Where is the {e}?", "Where do I have to go for the {e}?")),
        Line(("Admission", "Entry", "Ticket"), money(4, 90),
             ("How much is a ticket for the {e}?", "What does it cost to get in?")),
        Line(("Attendance", "Participants", "Visitors"), number(12, 30_000),
             ("How many people came to the {e}?", "How many took part in the {e}?")),
        Line(("Organiser", "Host"), person,
             ("Who runs the {e}?", "Who is behind the {e}?", "Who is in charge of the {e}?")),
        Line(("Registration deadline", "Register by"), date,
             ("Until when can I sign up for the {e}?", "By when must people register?")),
        Line(("Speaker", "Keynote"), person, ("Who gives the talk?", "Who speaks at the {e}?")),
        Line(("Prize", "First prize"), money(50, 9000), ("What can be won at the {e}?",)),
        Line(("Next meeting",), date, ("When do they meet again?",)),
        Line(("Apologies", "Absent"), person, ("Who could not come?", "Who was missing?")),
        Line(("Minutes", "Note taker"), person, ("Who took notes?", "Who wrote the minutes?")),
        Line(("Chair",), person, ("Who led the {e}?", "Who presided?")),
        Line(("Dress code",), one_of("none", "formal", "outdoor clothes"),
             ("What should I wear to the {e}?",)),
        Line(("Language",), one_of("English", "German", "French with subtitles")),
    ),
    "course": (
        Line(("Resits", "Repeats"), one_of("two", "one, in September", "none"),
             ("How often can I try again if I fail?", "What if I fail {e}?")),
        Line(("Attendance",), one_of("compulsory", "voluntary", "80% of the sessions"),
             ("May I miss a class of {e}?", "Do I have to be there every time?")),
        Line(("Excursion", "Field trip"), date, ("When do they go outside with {e}?",)),
        Line(("Pass mark", "To pass"), number(40, 60, "{}%"),
             ("How much is enough to get through {e}?",)),
        Line(("Lecturer", "Taught by", "Instructor"), person,
             ("Who teaches {e}?", "Who gives {e}?")),
        Line(("Coordinator", "Module convenor", "Responsible"), person,
             ("Who is in charge of {e}?", "Who runs {e}?", "Whom do I ask about {e}?")),
        Line(("Credits", "ECTS"), number(2, 30), ("How many points do I get for {e}?",)),
        Line(("Time", "Class hours", "Meets"), hours,
             ("When does {e} meet?", "When are the classes of {e}?")),
        Line(("Room",), one_of("Hall 2", "B.114", "Seminar room 6"),
             ("Where does {e} take place?", "Where is {e} held?")),
        Line(("Length of essay", "Word limit", "Words"), number(500, 6000, "{} words"),
             ("How long should the essay be?", "How much do I have to write?",
              "How many words may the paper have?")),
        Line(("Essay due", "Deadline", "Submission"), date,
             ("When do I have to hand in the essay?", "When is the paper for {e} due?")),
        Line(("Late penalty",), one_of("1 mark a day", "5% per day", "no credit after one week"),
             ("What do I lose if I hand it in late?", "What happens if I am late?")),
        Line(("Exam",), date, ("When is {e} examined?", "When is the test?")),
        Line(("Weight of essay", "Essay counts"), number(20, 80, "{}%"),
             ("How much does the essay count?",)),
        Line(("Office hours",), hours, ("When can I see the teacher?",)),
        Line(("Prerequisites", "Required before"), one_of("Statistics I", "none", "HI2001"),
             ("What must I have taken before {e}?",)),
        Line(("Citation style",), one_of("Chicago", "MLA", "Harvard"),
             ("How do I cite in the essay?", "In what style are sources given?")),
        Line(("Font",), one_of("12 point serif", "Arial 11"), ("Which letters must I use?",)),
        Line(("Textbook",), one_of("Roads to Empire", "The Long Calm", "First Steps in Logic"),
             ("Which book do I need for {e}?",)),
        Line(("Places",), number(8, 300), ("How many students can take {e}?",)),
    ),
    "contract": (
        Line(("Subletting",), one_of("only with consent", "forbidden", "rooms only"),
             ("May I let somebody else live there?", "Can I rent out a room?")),
        Line(("Renewal",), one_of("for one year unless cancelled", "none", "by agreement"),
             ("What happens when it ends?", "Does it go on by itself?")),
        Line(("Repairs", "Upkeep"), one_of("landlord", "tenant up to $100", "shared"),
             ("Who mends what breaks?", "Who has to pay for repairs?")),
        Line(("Smoking",), one_of("not permitted", "on the balcony"), ("May I smoke there?",)),
        Line(("Holding fee",), money(50, 500), ("What do I pay to have it kept for me?",)),
        Line(("Monthly rent", "Fee", "Rate"), money(90, 4000),
             ("How much do I pay each month?", "What does it cost a month?")),
        Line(("Deposit", "Security deposit"), money(200, 9000),
             ("How much money do I leave at the start?", "How much is held back as security?")),
        Line(("Notice period", "Notice"), number(1, 6, "{} months", "{} weeks"),
             ("How early must I say that I leave?", "How long before the end must notice be given?",
              "How do I get out of it?")),
        Line(("Term", "Duration", "Period"), number(1, 10, "{} years"),
             ("How long does the contract run?", "For how long am I bound?")),
        Line(("Start of tenancy", "Effective date", "In force from"), date,
             ("From when does it hold?", "When does the contract begin?")),
        Line(("End", "Expires"), date, ("When does it run out?", "Until when is it valid?")),
        Line(("Landlord", "Lessor", "Provider"), person,
             ("Who owns the flat?", "Whom do I rent from?")),
        Line(("Tenant", "Client"), person, ("Who lives there?", "Who pays the rent?")),
        Line(("Late fee", "Default interest"), number(2, 90, "{}%", "${}"),
             ("What happens if I pay late?", "How much more is it when I pay too late?")),
        Line(("Payment due", "Due"), one_of("the first of each month", "within 30 days", "the 5th"),
             ("By when must I pay?", "When is the money due?")),
        Line(("Pets",), one_of("not allowed", "with written consent", "one cat"),
             ("May I keep a dog?", "Can I have animals there?")),
        Line(("Governing law",), place, ("Whose law holds?", "Which law applies?")),
        Line(("Liability limit", "Cap on liability"), money(1000, 900_000),
             ("How much do they have to pay at most if something breaks?",)),
        Line(("Living space", "Floor area"), number(18, 240, "{} m²"), ("How big is the flat?",)),
        Line(("Insurance",), one_of("by the tenant", "included", "none")),
    ),
    "firm": (
        Line(("Dividend",), one_of("none", "0.40 crowns a share", "$2 per share"),
             ("What do the owners of shares get?",), dated=True),
        Line(("Wheelchair access", "Step-free"), one_of("yes, side door", "no"),
             ("Can I get into {e} in a wheelchair?",)),
        Line(("Trainees", "Apprentices"), number(2, 400), ("How many young people learn there?",)),
        Line(("Remote work", "Home office"), one_of("two days a week", "not possible"),
             ("May I work from home at {e}?",)),
        Line(("Holidays", "Paid leave"), number(20, 36, "{} days"),
             ("How much time off do people get at {e}?",)),
        Line(("Employees", "Staff", "Headcount"), number(3, 90_000),
             ("How many people work for {e}?", "How many people does {e} employ?"), dated=True),
        Line(("Revenue", "Turnover", "Sales"), number(2, 900, "${} million", "€{} million"),
             ("How much does {e} earn?", "How much did {e} take in?"), dated=True),
        Line(("Net loss", "Net profit"), number(2, 90, "${} million"),
             ("How much was left in the end?",), dated=True),
        Line(("Chief executive", "Managing director", "CEO"), person,
             ("Who runs {e}?", "Who leads {e}?", "Who is the boss of {e}?")),
        Line(("Founder", "Founded by"), person, ("Who started {e}?", "Who set up {e}?")),
        Line(("Founded", "Established", "Since"), year,
             ("When was {e} set up?", "When did {e} start?", "How long has {e} existed?")),
        Line(("Headquarters", "Head office", "Based in"), place,
             ("Where is {e} at home?", "Where does {e} sit?", "Where is {e} based?")),
        Line(("Opening hours", "Open"), hours,
             ("When can I come to {e}?", "When is {e} open?")),
        Line(("Phone", "Tel."), phone,
             ("What number do I call for {e}?", "How can I ring {e}?")),
        Line(("E-mail", "Contact"), mail, ("Where do I write to?", "How can I write to {e}?")),
        Line(("Address",), address, ("Where do I find {e}?", "Where is {e}?")),
        Line(("Owner", "Parent company"), person, ("Whom does {e} belong to?", "Who owns {e}?")),
        Line(("Members",), number(20, 40_000), ("How many people belong to {e}?",)),
        Line(("Annual fee",), money(5, 400), ("What does it cost to be a member of {e}?",)),
        Line(("Industry",), one_of("shipping", "software", "timber"), ("What does {e} do?",)),
        Line(("VAT number",), number(100_000, 999_999)),
    ),
    "work": (
        Line(("Author", "Written by"), person, ("Who wrote {e}?", "Whose book is {e}?")),
        Line(("Published", "First edition"), year,
             ("When did {e} come out?", "How old is {e}?", "When was {e} printed first?")),
        Line(("Publisher",), place, ("Who brought out {e}?",)),
        Line(("Pages", "Length"), number(40, 1100, "{}", "{} pages"),
             ("How long is {e}?", "How thick is {e}?")),
        Line(("Translator",), person, ("Who put {e} into English?",)),
        Line(("Illustrator",), person, ("Who drew the pictures in {e}?",)),
        Line(("Setting", "Set in"), place, ("Where does {e} take place?", "Where is {e} set?")),
        Line(("Original title",), place, ("What is {e} called in its own language?",)),
        Line(("Copies sold",), number(900, 900_000), ("How often was {e} bought?",)),
        Line(("Award", "Prize"), one_of("Golden Quill", "City Prize", "none"),
             ("What did {e} win?",)),
        Line(("Sequel", "Followed by"), place, ("What comes after {e}?",)),
        Line(("Price",), money(4, 60), ("What does {e} cost?",)),
        Line(("Director",), person, ("Who made the film of {e}?",)),
        Line(("ISBN",), number(1_000_000, 9_999_999)),
    ),
}  # fmt: skip


def subject(kind: str, rng: random.Random, names: Sequence[str]) -> str:
    """What a sheet is of."""
    last = rng.choice(names).split(" ")[-1]
    return {
        "place": lambda: town(rng),
        "device": lambda: f"{town(rng)} {rng.choice(['X', 'Pro ', 'S', ''])}{rng.randint(2, 900)}",
        "event": lambda: f"{last} {rng.choice(['meeting', 'fair', 'workshop', 'festival'])}",
        "course": lambda: f"{rng.choice(['HI', 'CS', 'LAW ', 'BIO '])}{rng.randint(1000, 5999)}",
        "contract": lambda: rng.choice(["Lease", "Rental agreement", "Service contract"]),
        "firm": lambda: f"{last} {rng.choice(['Ltd', '& Sons', 'Mill', 'Club', 'Bank'])}",
        "work": lambda: rng.choice(["The", "A", "Under the"]) + f" {town(rng)} {last}",
    }[kind]()


def cards(names: Sequence[str], n: int, rng: random.Random) -> Iterator[Made]:
    """`n` questions about a sheet; those whose line is not there have no answer."""
    for _ in range(n):
        yield card(names, rng)


Rows = list[tuple[str, str, str, bool]]  # what stands before a value, it, what behind, is it asked?


def card(names: Sequence[str], rng: random.Random) -> Made:
    kind = rng.choice(list(SHEETS))
    lines = rng.sample(SHEETS[kind], min(rng.randint(5, 12), len(SHEETS[kind])))
    wanted = rng.choice([line for line in lines if line.questions or line.parts])
    about = subject(kind, rng, names)
    question, rows = told(wanted, rng, names)
    silent = not wanted.parts and not wanted.dated and rng.random() < ABSENT
    shown = [line for line in lines if not (silent and line is wanted)]
    own = sheet(about, shown, wanted, rows, rng, names)
    if "{e}" not in question and rng.random() < 0.5:
        question = f"{question.rstrip('?')} ({about})?" if rng.random() < 0.3 else question
    passages = [own]
    if "{e}" in question and kind != "contract":
        other = subject(kind, rng, names)
        if rng.random() < ANOTHER:
            return question.format(e=other), (Passage(own.text, ()),)
        if rng.random() < BESIDE:
            held = rng.sample(SHEETS[kind], rng.randint(5, 9))
            beside = sheet(other, list(dict.fromkeys([*held, wanted])), None, [], rng, names)
            passages.insert(rng.randrange(2), beside)
    return question.format(e=about), tuple(passages)


def sheet(
    about: str,
    lines: Sequence[Line],
    wanted: Line | None,
    rows: Rows,
    rng: random.Random,
    names: Sequence[str],
) -> Passage:
    """A passage with these lines, in which the marked rows of the wanted one answer."""
    layout, places = rng.choice(LAYOUTS), []
    text = rng.choice(HEADS).format(e=about, s=rng.choice(SECTIONS))
    for line in lines:
        if rng.random() < 0.08:
            text += f"\n## {rng.choice(SECTIONS)}\n\n"
        said = rows if line is wanted else told(line, rng, names)[1]
        text, found = laid(text, layout, rng.choice(line.labels), said)
        places += found if line is wanted else []
    return Passage(text.rstrip(), tuple(places))


def told(line: Line, rng: random.Random, names: Sequence[str]) -> tuple[str, Rows]:
    """A question for a line, {e} in it its subject, and what the line says."""
    if line.parts:
        asked = rng.randrange(len(line.parts))
        rows = [
            (f"{part}: ", line.value(rng, names), "", i == asked)
            for i, (part, _) in enumerate(line.parts)
        ]
        return rng.choice(line.parts[asked][1]), rows
    question = rng.choice(line.questions) if line.questions else ""
    if line.dated and rng.random() < DATED:
        late = rng.randint(2004, 2024)
        years = [late, late - rng.randint(1, 4)]
        asked = rng.randrange(2)
        behind = rng.choice([" ({})", " ({} est.)", " (as of {})"])
        rows = [
            ("", line.value(rng, names), behind.format(y), i == asked) for i, y in enumerate(years)
        ]
        if question:
            question = f"{question.rstrip('?')} in {years[asked]}?"
        return question, rows
    value = line.value(rng, names)
    digits = any(map(str.isdigit, value))
    behind = rng.choice(["", "", "", f" ({rng.randint(2009, 2024)} est.)"]) if digits else ""
    return question, [("", value, behind, True)]


SECTIONS = ("General", "Details", "Key facts", "Overview", "Terms", "Figures", "Practical matters")
HEADS = (
    "# {e}\n\n",
    "{e}\n\n",
    "{e} – data sheet\n\n",
    "## About {e}\n\n",
    "{e} – {s}\n",
    "{e} – {s}\n",
    "{e}\n",
)
LAYOUTS = ("colon", "colon", "below", "under", "bullets", "bold", "dash", "pipes", "spaced", "dots")


def laid(text: str, layout: str, label: str, rows: Rows) -> tuple[str, list[tuple[int, int]]]:
    """The text with one line more, and where what is asked stands in it."""
    before, between, end = {
        "colon": (f"{label}: ", "; ", "\n"),
        "below": (f"{label}:\n", "\n", "\n\n"),
        "under": (f"{label}\n", "\n", "\n\n"),
        "dots": (f"{label} {'.' * 12} ", "; ", "\n"),
        "bullets": (f"- {label}: ", ", ", "\n"),
        "bold": (f"**{label}:** ", "; ", "\n"),
        "dash": (f"{label} – ", ", ", "\n"),
        "pipes": (f"| {label} | ", "; ", " |\n"),
        "spaced": (f"{label}    ", "  ", "\n"),
    }[layout]
    text += before
    places = []
    for i, (lead, value, behind, asked) in enumerate(rows):
        text += (between if i else "") + lead
        if asked:
            places.append((len(text), len(text) + len(value)))
        text += value + behind
    return text + end, places
