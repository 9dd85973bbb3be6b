"""A question that names a government by its seat -> the question with its country.

"How many soldiers will Oslo send?" -> "How many soldiers will Norway send?"  Tried only where the
question as asked leads nowhere, and shown as the query that was used.  A city that is meant as a
place ("in Oslo", "the Oslo accords", "Oslo University", "the population of Oslo") stays: a figure
of the country must never answer for the city.
"""

from __future__ import annotations

import re

SEATS = {
    seat.strip().lower(): country.strip()
    for line in """
    Abu Dhabi: the UAE; Abuja: Nigeria; Accra: Ghana; Addis Ababa: Ethiopia; Amman: Jordan
    Ankara: Turkey; Ashgabat: Turkmenistan; Astana: Kazakhstan; Asunción: Paraguay; Athens: Greece
    Baghdad: Iraq; Baku: Azerbaijan; Bamako: Mali; Bangkok: Thailand; Beijing: China
    Beirut: Lebanon; Belgrade: Serbia; Berlin: Germany; Bern: Switzerland; Bishkek: Kyrgyzstan
    Bogotá: Colombia; Brasília: Brazil; Bratislava: Slovakia; Brussels: the EU; Bucharest: Romania
    Budapest: Hungary; Buenos Aires: Argentina; Cairo: Egypt; Canberra: Australia
    Caracas: Venezuela; Chișinău: Moldova; Colombo: Sri Lanka; Copenhagen: Denmark; Dakar: Senegal
    Damascus: Syria; Dhaka: Bangladesh; Doha: Qatar; Downing Street: the UK; Dublin: Ireland
    Dushanbe: Tajikistan; Hanoi: Vietnam; Harare: Zimbabwe; Havana: Cuba; Helsinki: Finland
    Islamabad: Pakistan; Jakarta: Indonesia; Kabul: Afghanistan; Kampala: Uganda
    Kathmandu: Nepal; Khartoum: Sudan; Kiev: Ukraine; Kigali: Rwanda; Kinshasa: DR Congo
    Kuala Lumpur: Malaysia; Kyiv: Ukraine; La Paz: Bolivia; Lima: Peru; Lisbon: Portugal
    Ljubljana: Slovenia; London: the UK; Luanda: Angola; Lusaka: Zambia; Madrid: Spain
    Managua: Nicaragua; Manila: the Philippines; Maputo: Mozambique; Minsk: Belarus
    Mogadishu: Somalia; Montevideo: Uruguay; Moscow: Russia; Muscat: Oman; Nairobi: Kenya
    Naypyidaw: Myanmar; New Delhi: India; Delhi: India; Niamey: Niger; Nicosia: Cyprus
    Nuuk: Greenland; Oslo: Norway; Ottawa: Canada; Ouagadougou: Burkina Faso; Paris: France
    Phnom Penh: Cambodia; Podgorica: Montenegro; Prague: the Czech Republic; Pretoria: South Africa
    Pristina: Kosovo; Pyongyang: North Korea; Quito: Ecuador; Rabat: Morocco; Reykjavik: Iceland
    Reykjavík: Iceland; Riga: Latvia; Riyadh: Saudi Arabia; Rome: Italy; Sanaa: Yemen
    Sarajevo: Bosnia; Seoul: South Korea; Skopje: North Macedonia
    Stockholm: Sweden; Taipei: Taiwan; Tallinn: Estonia; Tashkent: Uzbekistan; Tbilisi: Georgia
    Tehran: Iran; The Hague: the Netherlands; the Kremlin: Russia; Tirana: Albania; Tokyo: Japan
    Tripoli: Libya; Tunis: Tunisia; Ulaanbaatar: Mongolia; Vienna: Austria; Vilnius: Lithuania
    Warsaw: Poland; Washington: the US; Yerevan: Armenia; Zagreb: Croatia
    """.strip().splitlines()
    for pair in line.split(";")
    for seat, country in [pair.split(":")]
}
# at the head of a larger name, after an article, or as a place, it is the city
SEAT = re.compile(
    r"(?<!\bin )(?<!\bat )(?<!\bnear )(?<!\baround )(?<!\boutside )(?<!\binside )(?<!\bthrough )"
    r"(?<!\bvisit )(?<!\bleave )(?<!\bthe )(?<!\ba )(?<![\w'’.-])"
    rf"(?i:{'|'.join(map(re.escape, SEATS))})(?![\w-])(?!,? [A-Z])"
)
# what governments do and have: without a word of it, the city may be meant
GOVERNS = re.compile(
    r"\b(?:(?:say|said|announc|declar|plan|send|sent|dispatch|deploy|want|demand|ask|reject|accept|agree"
    r"|refus|oppos|support|back|offer|propos|promis|threat|warn|condemn|recogni[sz]|sign|join|withdr|decid"
    r"|claim|insist|respon|react|negotiat|govern|diploma|envoy|ambassador|embass|consul|contingent"
    r"|troop|soldier|militar|minist|delegat|mission|position|stance|statement|polic(?:y|ies)|sanction|treat(?:y|ies)"
    r")\w*|spoke|speaks?)\b",
    re.IGNORECASE,
)
# what is asked about cities
CITY = re.compile(
    r"\b(?:where|population|populous|inhabitants?|residents?|live[sd]?|living|located|lies?|"
    r"mayor|city|cities|town|capital|founded|built|airports?|streets?|districts?|museums?|"
    r"universit(?:y|ies)|hotels?|weather|climate|temperature|rain|snow|area|size|distance|far|"
    r"miles|kilomet(?:er|re)s|km|"
    r"how (?:large|big|old|tall|hot|cold|safe|expensive|high) is (?!the\b))",
    re.IGNORECASE,
)
BEFORE = re.compile(r"\b([A-Z][\w.]*)\s$")  # "George Washington": but a question begins so, too


def by_country(question: str) -> str | None:
    """The question with the country for each capital that stands for its government; None where
    there is none, or where the city may be meant."""
    if CITY.search(question) or not GOVERNS.search(question):
        return None

    def replaced(found: re.Match[str]) -> str:
        before = BEFORE.search(question, 0, found.start())
        if before and before.start() > 0:
            return found.group()
        return SEATS[found.group().lower()]

    meant = SEAT.sub(replaced, question)
    return None if meant == question else meant
