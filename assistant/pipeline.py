"""Assistant: from a folder of documents and a question to an Answer.  Reads top to bottom."""

from __future__ import annotations

import fnmatch
import logging
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from assistant import answer
from assistant.attribution.speakers import (
    Speaker,
    asks_who,
    find_asked_speaker,
    find_sender,
    find_speaker,
    is_asked_for,
    is_of_others,
    is_of_the_speaker,
    may_be_same,
    names_same,
)
from assistant.attribution.surroundings import find_surroundings
from assistant.config import Config
from assistant.documents.chunk import find_context
from assistant.documents.corpus import load_documents
from assistant.errors import CorpusError, LanguageModelError, StoreError
from assistant.index.embed import Embedder
from assistant.index.ingest import Progress, Report, ingest
from assistant.index.open import is_held, made_with, open_store
from assistant.index.store import Store
from assistant.language.english import FUNCTION
from assistant.language.fold import fold
from assistant.language.terms import content, coverage, find_names, stems, words
from assistant.prose import prompts
from assistant.prose.compose import composed
from assistant.prose.llm import LanguageModel
from assistant.prose.rewrite import rewritten
from assistant.question.anaphora import bare_word, depends, leans_by_form
from assistant.question.asked import understand
from assistant.question.clean import clean
from assistant.question.disfluency import repair
from assistant.question.follow_up import find_meanings
from assistant.question.parts import split_parts
from assistant.question.replies import find_move, find_overview, find_topic
from assistant.question.spelling import spelled
from assistant.reading.bridges import (
    Bridge,
    drop_common,
    find_beyond,
    find_bridges,
    find_meant,
    leads_to,
)
from assistant.reading.confidence import STRUCK, Confidence, same_answer, weigh
from assistant.reading.editions import (
    SHARED,
    are_editions,
    are_twins,
    find_editions,
    find_named,
    find_on_form,
    find_own,
    find_titled,
    match_edition,
    shared,
)
from assistant.reading.items import find_items
from assistant.reading.nearest import NEAR_RIGHT, find_flaw, find_nearest, settles
from assistant.reading.read import Reader
from assistant.reading.retrieve import Retriever, take_near
from assistant.reading.subjects import find_astray, leaves_open
from assistant.reading.tables import CELL_RIGHT, find_extreme
from assistant.records import Answer, Asked, Candidate, Document, Hit, Reading, Span

if TYPE_CHECKING:
    from assistant.query_engine import AssistantQueryEngine

SAID_AGAIN = "As the source has it, where the quote's link leads."
NO_MORE_BY = "Nothing else that {} says was found there."
ITSELF = "Nobody is named for these words: the document itself says so."
REPLIES = {
    "thanks": "You are welcome.",
    "greeting": "Hello. Ask a question about the documents: who, what, when, where, how many, why.",
    "help": "Ask a question about the documents, or one that follows from the last: you get a "
    "short answer and the words of the source that carry it, or that the documents don't say.",
    "alone": "Nothing was found before that this could be asked of: ask it in a whole sentence.",
    "language": "This assistant reads English: ask in English, please.",
}
ASKED_OF = 6  # sentences of which it is asked whether they are somebody's
ON_TOPIC = 0.5  # least share of the words of "about …" beside what somebody says
FIRST = 3  # passages always read
MORE = 3  # passages read on, again and again until it is sure
CLOSEST_OF = 9  # passages read at least before the closest are shown
IN_TALK = 9  # passages read at most of what leans on the talk: its place stands farther up
SURE = 0.7  # confidence from which no further passage is read
NEVER = 2.0  # where all of them are to be read
EDITIONS = 3  # of one text, that are asked each by itself
TWINS = 3  # documents on one form about different subjects, that are
LAST_ANSWERS = 30.0  # seconds that closing waits for questions under way
SELF = ("i", "me", "we", "us")
STANDS = "The answer stands as it was quoted."
log = logging.getLogger("assistant")


class UnderWay:
    """How many questions are being answered: `with under_way: …` raises StoreError after `end`.

    Models and index are libraries of other languages: to take them away from a thread that is in
    them ends the process.
    """

    def __init__(self) -> None:
        self._changed, self._inside = threading.Condition(), 0
        self.ended = False

    def __enter__(self) -> None:
        with self._changed:
            if self.ended:
                raise StoreError("This assistant was closed: open another one.")
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._inside -= 1
            self._changed.notify_all()

    def end(self, seconds: float) -> None:
        """Let nobody in, and wait that long for those inside to leave."""
        with self._changed:
            self.ended = True
            self._changed.wait_for(lambda: not self._inside, seconds)


class Assistant:
    """Answers questions about a folder of documents, in their own words or not at all.

    Make one with `Assistant.from_corpus`.  It may be asked from several threads; it holds its
    index alone until `close()` (or use it in a `with` statement).
    """

    def __init__(self, store: Store, embedder: Embedder, reader: Reader, config: Config) -> None:
        self.config = config
        self._store, self._embedder = store, embedder
        self._retriever = Retriever(store, embedder)
        self._reader = reader
        self.confidence = Confidence.load(self._reader.identity)
        self.threshold = config.threshold
        self._refreshing = threading.Lock()
        self._under_way = UnderWay()
        self._llm = LanguageModel(config.llm, config.llm_timeout) if config.llm else None

    @classmethod
    def from_corpus(
        cls,
        corpus: str | Path = "corpus",
        index: str | Path | None = None,
        progress: Progress | None = None,
        update: bool = True,
        **settings: Any,
    ) -> Self:
        """Open the index of a folder of documents, building or updating it as needed.

        corpus    the folder; its files of the kinds in `formats.SUFFIXES` are the documents
        index     the folder of the index; by default `.assistant/NAME` beside the corpus
        progress  called with (documents done, documents to do) while it embeds
        update    False: it answers from what is in the index, until `refresh` is called
        settings  fields of `Config`

        Raises CorpusError, StoreError, ModelError, SettingError; each says what to do.
        """
        config = Config.read(settings)
        folder = Path(corpus)
        if update and not folder.is_dir():
            load_documents(folder)  # says so
        loading = ThreadPoolExecutor(1, "reader")
        if is_held(folder, index, config):  # said at once, not after seconds of loading
            open_store(folder, index, config, made_with(config)).close()
        # beside the rest, since it is unpacked and opened outside of Python
        reader = loading.submit(Reader)
        loading.shutdown(wait=False)
        found = load_documents(folder, config.encoding) if update else None
        store = open_store(folder, index, config, made_with(config))
        try:
            embedder = Embedder(config.embedding_model)
            embedder.load_for_questions()
            made = cls(store, embedder, reader.result(), config)
            made.folder = folder
            if update:
                made.refresh(folder, progress, found)
        except BaseException:
            store.close()
            raise
        return made

    folder: Path | None = None
    """The folder of the documents, as far as it was named."""

    report: Report = Report((), (), (), 0, 0)
    """What bringing the index up to date did, the last time."""

    def refresh(
        self,
        folder: str | Path,
        progress: Progress | None = None,
        found: tuple[Sequence[Document], Sequence[str]] | None = None,
    ) -> Report:
        """Make the index hold exactly the documents of a folder; questions may be asked meanwhile.

        found: its documents and what is not read of it, where the caller has read them.  Raises
        CorpusError, StoreError.
        """
        with self._refreshing:
            documents, left_out = found or load_documents(Path(folder), self.config.encoding)
            for line in left_out:
                log.warning("%s", line)
            self.report = ingest(
                documents, self._store, self._embedder, self.config, progress, left_out
            )
            self.changes += not self.report.quiet
            return self.report

    changes: int = 0
    """How often a refresh changed something."""

    def ask(
        self, question: str, history: Sequence[Answer] = (), documents: Sequence[str] = ()
    ) -> Answer:
        """The answer to a question, or an Answer that says it was not found.

        history    the earlier answers of the talk, oldest first
        documents  those to keep to, by name or pattern ("minutes/*.md"); all, where none is named

        Raises QuestionError for a question that is blank or too long, CorpusError where no
        document has such a name.
        """
        answers = self.stream(question, history, documents)
        return finish_writing(next(answers), answers)

    def stream(
        self, question: str, history: Sequence[Answer] = (), documents: Sequence[str] = ()
    ) -> Iterator[Answer]:
        """The answer as soon as it is read; then, as a language model writes, the same with each
        sentence more that was checked.

        Raises as `ask` does, and LanguageModelError when the model fails: the last answer stands.
        """
        asked = clean(question)
        with self._under_way:
            whole, surest = self._answer(question, asked, history, documents)
        yield whole
        if self._llm and surest:
            yield from composed(whole, surest, self.document, self._llm.write)

    def _answer(
        self, question: str, asked: str, history: Sequence[Answer], documents: Sequence[str]
    ) -> tuple[Answer, Reading | None]:
        """The answer as it is read, and the surest reading; None where nothing new was asked."""
        only = self._find_documents(documents)
        if reply := self._reply(question, asked, history, only):
            return reply, None
        answers: list[Answer] = []
        readings: list[Reading] = []
        for part in split_parts(repair(asked)):
            readings.append(self._read_source(part, [*history, *answers], only))
            answers.append(self._decide(part, readings[-1], [*history, *answers]))
        return answer.combine(question, answers), max(readings, key=lambda r: r.confidence)

    def _find_documents(self, patterns: Sequence[str]) -> list[str]:
        """The names of the documents in the index that these name."""
        known = self._store.digests() if patterns else {}
        for pattern in patterns:
            # "*" names them all, also before the first is read
            if pattern != "*" and pattern not in known and not fnmatch.filter(known, pattern):
                raise CorpusError(f"There is no document {pattern}: `assistant status` lists them.")
        return [n for n in known if n in patterns or any(fnmatch.fnmatch(n, p) for p in patterns)]

    def _reply(
        self, question: str, asked: str, history: Sequence[Answer], only: Sequence[str]
    ) -> Answer | None:
        """What is said to a turn of the talk that asks nothing new of the documents."""
        move = find_move(asked)
        # what is on the screen: not what was found before a question that found nothing
        last = next((a for a in reversed(history) if a.kind != "help"), None)
        last = last if last and last.found else None
        if move == "repeat" and last:
            return replace(last, question=question, note=SAID_AGAIN)
        if move == "who" and last:
            return self._name_speaker(question, last)
        if move in ("more", "words") and last:
            told = [q for a in history if a.query_used == last.query_used for q in a.quotes]
            spoken = [q for q in told if q.speaker and (not only or q.doc_id in only)]
            by, among = "", only
            if move == "words" and spoken:
                by, among = spoken[0].speaker, [spoken[0].doc_id]
            reading, lookup = self.read(last.query_used, among, NEVER), cache(self.document)
            made = answer.tell_more(question, reading, told, lookup, self.find_speaker, by=by)
            return made if made.found or not by else replace(made, note=NO_MORE_BY.format(by))
        if move == "documents":
            return answer.as_listing(question, asked, only or sorted(self._store.digests()))
        bare = bare_word(asked) and not content(asked) and not any(a.found for a in history)
        alone = bare or move in ("repeat", "who", "more", "words")
        if note := REPLIES.get("alone" if alone else move or ""):
            return Answer("not_found", "", (), (), 0.0, question, asked, (), note, "help")
        if (wanted := find_overview(asked)) is not None:
            chosen = self._name_documents(wanted, only)
            return answer.as_overview(question, asked, chosen) if chosen else None
        topic = find_topic(asked)
        if topic and (topic != asked or not history):  # a word alone may lean on the talk
            return self._show_topic(question, topic, only)
        return None

    def _name_documents(self, wanted: str, only: Sequence[str]) -> list[Document]:
        """The documents that words name by a title or file name; all of them for ""."""
        known = [d for d in self.documents() if not only or d.doc_id in only]
        wanted_stems = stems(wanted)
        if wanted and not wanted_stems:  # "he": nothing by which to tell a document
            return []
        return [d for d in known if wanted_stems <= stems(f"{d.title} {Path(d.doc_id).stem}")]

    def _show_topic(self, question: str, asked: str, only: Sequence[str]) -> Answer | None:
        """The passages on a topic; None where no document holds its words."""
        reading, lookup = self.read(asked, only, NEVER), cache(self.document)
        if not any(reading.asked.stems & stems(hit.chunk.text) for hit in reading.hits):
            return None
        return answer.tell_more(question, reading, (), lookup, self.find_speaker, answer.ON)

    def _name_speaker(self, question: str, last: Answer) -> Answer:
        """Who says what the last answer quoted."""
        told = last.quotes[0]
        document = self.document(told.doc_id)
        words = told.answer_start or told.start, told.answer_end or told.end
        speaker = self.find_speaker(document, *words)
        if speaker is None:
            return replace(last, question=question, note=ITSELF)
        return answer.by_speaker(replace(last, question=question, note=""), document, speaker, told)

    def _read_source(self, part: str, history: Sequence[Answer], only: Sequence[str]) -> Reading:
        """What is read in the documents that the question names, where it names any; in the one
        that the talk is on; else, or where they may not be all that is meant, in all of them.  "How
        old is he?" as it stands would find anybody elsewhere: only filled in it is asked there."""
        named = None if only else find_named(part, self.documents)
        if named:
            rest, among, alone = named
            reading = self._read_as_meant(rest, history, among)
            if alone or reading.confidence >= self.threshold:
                return reading
        titled = None if only else find_titled(part, lambda: self._find_near(part))
        if titled:
            reading = self._read_as_meant(titled[0], history, titled[1])
            if reading.confidence >= self.threshold:
                return reading
        there = "" if named or titled else self._find_talked_of(part, history)
        if there and (not only or (there in only and len(only) > 1)):
            reading = self._read_meanings(part, history, [there])
            if reading.confidence >= self.threshold:
                return reading
            if depends(part):
                return self._read_as_meant(part, history, only, there)
        return self._read_as_meant(part, history, only)

    def _find_near(self, part: str) -> list[Document]:
        """The documents of which passages are found for a question."""
        found = self._retriever.retrieve(part)
        return [self.document(name) for name in dict.fromkeys(hit.chunk.doc_id for hit in found)]

    def _find_talked_of(self, part: str, history: Sequence[Answer]) -> str:
        """The document that the talk is on, for a question that points back to it or has no name:
        "Who takes notes?" after one on a meeting asks of this meeting.  "" where the last answer
        was of several ("tell me more" aside), where there is but one, or where it lacks a rare
        word, maybe a name ("the p40"), of a question that does not point back."""
        told = [a for a in history if a.found]
        while told[1:] and told[-1].query_used == told[-2].query_used:  # "tell me more"
            del told[-1]
        names = {q.doc_id for q in told[-1].quotes} if told else set()
        back = depends(part)
        if len(names) != 1 or (find_names(part) and not back) or self._store.counts()[0] < 2:
            return ""
        (name,) = names
        try:
            text = self.document(name).text
        except StoreError:  # removed since
            return ""
        rare = " ".join(word for word in words(part) if not self._reader.knows(word))
        return name if back or stems(rare) <= stems(text) else ""

    def _read_as_meant(
        self, part: str, history: Sequence[Answer], only: Sequence[str], there: str = ""
    ) -> Reading:
        """What is read for the likeliest meaning that the documents support, or for the question
        in another form; where they support none, for the likeliest of all.

        there: the only document where it is read as it stands"""
        likeliest = self._read_meanings(part, history, only, there)
        if likeliest.confidence >= self.threshold:
            return likeliest
        for later in self._read_late(part, likeliest, history, only, there):
            if later.confidence >= self.threshold:
                return later
        return likeliest

    def _read_meanings(
        self, part: str, history: Sequence[Answer], only: Sequence[str], there: str = ""
    ) -> Reading:
        """What is read for the likeliest meaning that the documents support; where they support
        none, for the likeliest of all, which says what was looked for."""
        likeliest: Reading | None = None
        most = IN_TALK if history and depends(part) else 0
        for meaning in find_meanings(part, history, self._reader.read_text):
            open_still = there and (meaning == part or depends(meaning))
            reading = self.read(meaning, [there] if open_still else only, most=most)
            if meaning != part:
                reading = drop_repeats(reading, history)
            likeliest = likeliest or reading
            if reading.confidence >= self.threshold:
                return reading
        assert likeliest is not None  # there is always a meaning
        return likeliest

    def _read_late(
        self,
        part: str,
        likeliest: Reading,
        history: Sequence[Answer],
        only: Sequence[str],
        there: str,
    ) -> Iterator[Reading]:
        """Without slips of the keyboard; as it stands, searched where the talk is; and as the
        language model words a follow-up."""
        texts = [hit.chunk.text for hit in likeliest.hits]
        if mended := spelled(likeliest.query, texts, self._reader.knows):
            yield self.read(mended, likeliest.only)
        talk = [a.query_used for a in history if a.found][-1:]
        if talk and not leans_by_form(part):  # a fragment alone asks nothing
            among = [there] if there else only
            found = self._retriever.retrieve(f"{talk[0]} {part}", among)
            made = self._read(part, found, among, most=IN_TALK)
            reading = self._keep_to_subject(made, most=IN_TALK)
            yield drop_repeats(reading, history)
        if self._llm:
            for meaning in rewritten(part, history, self._llm.write):
                yield self.read(meaning, only)

    def find_speaker(self, document: Document, start: int, end: int) -> Speaker | None:
        """Who says `document.text[start:end]`; None where nobody does or it is not certain."""
        return find_speaker(document, start, end, self._reader.read_text)

    def _decide(self, part: str, reading: Reading, history: Sequence[Answer]) -> Answer:
        """The answer to a question that asks one thing."""
        lookup = cache(self.document)
        if made := self._answer_by_edition(part, reading, lookup):
            return made
        extreme = find_extreme(reading.asked, reading.hits, lookup)
        if extreme and self.threshold <= CELL_RIGHT:
            return answer.as_extreme(part, reading, extreme, lookup(extreme.doc_id))
        if made := self._answer_for_each(part, reading, lookup):
            return made
        if own := find_own(reading.asked, reading.candidates, lookup, self.threshold):
            return answer.as_own(part, reading, own, lookup, self.find_speaker)
        if reading.confidence >= self.threshold:
            made = answer.answered(part, reading, lookup, self.find_speaker)
            return self._name_i(made) if asks_who(reading.asked) else made
        if made := self._answer_by_sentence(part, reading, history, lookup):
            return made
        if made := self._answer_by_speaker(part, reading, lookup):
            return made
        named = {word for name in reading.asked.names for word in words(name)} - FUNCTION
        # where nothing is read yet, that says nothing
        known = bool(self._store.digests())
        missing = sorted(word for word in named if known and not self._store.holds(word))
        if not missing and (made := self._answer_over_bridge(part, reading, history, lookup)):
            return made
        likely = reading.confidence >= self.confidence.perhaps
        texts = [hit.chunk.text for hit in reading.hits] if missing else []
        mended = spelled(reading.query, texts, self._reader.knows) or ""
        tried = "" if set(missing) & set(words(mended)) else mended
        return answer.not_found(part, self._read_on(reading), lookup, missing, likely, tried)

    def _read_on(self, reading: Reading) -> Reading:
        """With the places of `CLOSEST_OF` passages at least, of which the closest are chosen; what
        they say decides nothing more."""
        if len(reading.hits) >= CLOSEST_OF:
            return reading
        found = [*reading.hits, *reading.unread]
        wide = self._read(reading.query, found, reading.only, NEVER, CLOSEST_OF)
        return replace(reading, hits=wide.hits, spans=wide.spans)

    def _answer_by_speaker(
        self, part: str, reading: Reading, lookup: answer.Lookup
    ) -> Answer | None:
        """What somebody says or thinks, where no words of it are the answer: the sentences read
        that are theirs, and speak of what is asked about."""
        if not (wanted := find_asked_speaker(reading.query)):
            return None
        name, topic = wanted
        about, theirs = content(topic), []
        for doc_id, *place in islice(self._list_lines_of(name, about, reading, lookup), ASKED_OF):
            start, end = place
            speaker = self.find_speaker(lookup(doc_id), start, end)
            if speaker and may_be_same(name, speaker.name):
                theirs.append((lookup(doc_id), (start, end)))
        return answer.as_told(part, reading, name, theirs, self.find_speaker) if theirs else None

    def _list_lines_of(
        self, name: str, about: Sequence[str], reading: Reading, lookup: answer.Lookup
    ) -> Iterator[tuple[str, int, int]]:
        """The sentences read, best first, beside which somebody is named or signs, in whose line
        half of some words stand."""
        for doc_id, start, end in answer.find_bearing(reading, lookup):
            document = lookup(doc_id)
            near, wide = (find_surroundings(document, start, end, n).text for n in (True, False))
            named = names_same(name, wide) or find_sender(document, start)
            if named and coverage(about, near) >= ON_TOPIC:
                yield doc_id, start, end

    def _name_i(self, made: Answer) -> Answer:
        """An answer "I" to the question who, by its name where that is certain."""
        if fold(made.text) not in SELF:
            return made
        told = made.quotes[0]
        document = self.document(told.doc_id)
        speaker = self.find_speaker(document, told.start, told.end)
        return answer.by_speaker(made, document, speaker, told) if speaker else made

    def _answer_by_sentence(
        self, part: str, reading: Reading, history: Sequence[Answer], lookup: answer.Lookup
    ) -> Answer | None:
        """Where no words answer: the sentence that settles whether, or who says the one that is
        nearest.  Not in an older edition, nor where the talk has been."""
        asked, who = reading.asked, asks_who(reading.asked)
        # another model's cosines mean something else
        if not (asked.whether or who) or self.config.embedding_model or self.threshold > NEAR_RIGHT:
            return None
        older = {edition.doc_id for edition in find_editions(reading, lookup)[1:]}
        hits = [hit for hit in reading.hits if hit.chunk.doc_id not in older]
        near = find_nearest(asked, hits, lookup, self._embedder.encode_few)
        if near is None or find_flaw(asked, near, hits, lookup):
            return None
        document = lookup(near.doc_id)
        told = answer.quote(document, near.place, 0.0)
        if any(answer.overlap(told, quote) for a in history for quote in a.quotes):
            return None
        best = next((c for c in reading.candidates if not c.struck), None)
        if who:
            speaker = self.find_speaker(document, *near.place)
            read = best.span.text if best else ""
            if speaker is None or not is_asked_for(asked, near, told.text, speaker, read):
                return None
            blank = Answer("answered", "", (), (), NEAR_RIGHT, part, reading.query)
            return answer.by_speaker(blank, document, speaker, told)
        if not settles(asked, near, hits, best, document):
            return None
        return answer.as_settled(part, reading, document, near, self.find_speaker)

    def _answer_over_bridge(
        self, part: str, reading: Reading, history: Sequence[Answer], lookup: answer.Lookup
    ) -> Answer | None:
        """Where no one place answers: what is said of whom or what another place names.  Not in an
        older edition, nor, for a question made with words of the talk, where that has been."""
        asked = reading.asked
        if asked.whether or asked.several:  # settled by a sentence; told by several places
            return None
        older = {edition.doc_id for edition in find_editions(reading, lookup)[1:]}
        hits = [hit for hit in reading.hits if hit.chunk.doc_id not in older]
        sure = []
        for each in find_bridges(asked, hits, lookup):
            meant = find_meant(asked, each, self._reader.read_text)
            found = self._retriever.retrieve(f"{reading.query} {each.text}", reading.only)
            newest = [hit for hit in found if hit.chunk.doc_id not in older]
            bridge = drop_common(meant, newest)
            passages = find_beyond(asked, bridge, newest, lookup)
            if not passages:
                continue
            beyond = self._read_beyond(asked, bridge, passages, lookup)
            if reading.query != part:
                beyond = drop_repeats(beyond, history)
            for best in beyond.candidates[:1]:
                if best.confidence >= self.threshold and leads_to(asked, bridge, best.span, lookup):
                    sure.append((bridge, best))
        if not sure:
            return None
        bridge, best = max(sure, key=lambda found: found[1].confidence)
        return answer.as_bridged(part, reading, bridge, best, lookup, self.find_speaker)

    def _read_beyond(
        self, asked: Asked, bridge: Bridge, hits: Sequence[Hit], lookup: answer.Lookup
    ) -> Reading:
        """What the reader makes of passages with a bridge set before them."""
        before = " ".join(bridge.text.split()) + "\n"
        contexts = [find_context(lookup(h.chunk.doc_id), h.chunk) + before for h in hits]
        spans = self._reader.read(asked.text, hits, contexts)
        weighed = weigh(asked, hits, spans, self.confidence, lookup)
        candidates = self._strike_anothers(asked, weighed, lookup)
        told = tuple(c for c in candidates if fold(c.span.text) not in SELF)
        return Reading(asked, tuple(hits), tuple(spans), told)

    def _answer_for_each(self, part: str, reading: Reading, lookup: answer.Lookup) -> Answer | None:
        """What each of several documents on one form about different subjects answers, where the
        question leaves open which it means; None where they answer alike, or but one does.  Each is
        read by itself."""
        asked = reading.asked
        if len(reading.only) == 1 or asked.whether:  # settled by sentences, which are not compared
            return None
        if not any(c.alone >= self.threshold for c in reading.candidates):
            return None
        alike = find_on_form(reading, lookup)
        each = alike[:1] + [d for d in alike[1:] if are_twins(alike[0], d)]
        if len(each) < 2 or not leaves_open(asked, each):
            return None
        best, spans = reading.candidates[0].span, reading.spans
        if asked.several and sum(len(row) for _, row in find_items(asked, best, spans, lookup)) > 1:
            return None  # a list is of one document
        read = [self.read(reading.query, [d.doc_id], self.threshold) for d in each[:TWINS]]
        own = [r.candidates[0] for r in read if r.confidence >= self.threshold]
        if all(same_answer(own[0].span, c.span) for c in own[1:]):
            return None
        left = len(each) - len(read)
        return answer.as_own(part, reading, own, lookup, self.find_speaker, left)

    def _answer_by_edition(
        self, part: str, reading: Reading, lookup: answer.Lookup
    ) -> Answer | None:
        """The answer of the newest edition that has one, where there are several of what was
        found; each is read by itself, so that what another says is nothing against it."""
        found = [
            (edition, self.read(reading.query, [edition.doc_id]))
            for edition in find_editions(reading, lookup)[:EDITIONS]
        ]
        surest = max((each for _, each in found), key=lambda r: r.confidence, default=None)
        if surest is None or surest.confidence < self.threshold:
            return None
        told = [
            (edition, answer.answered(part, same, lookup, self.find_speaker))
            for edition, each in found
            if (same := self._find_same_place(each, surest, lookup))
        ]
        newest, edition = found[0][0], told[0][0]
        missed = not reading.asked.figures and shared(newest.text, edition.text) >= SHARED
        return answer.by_edition(told, newest if missed else edition)

    def _find_same_place(
        self, reading: Reading, surest: Reading, lookup: answer.Lookup
    ) -> Reading | None:
        """The reading of one edition, if it answers: for sure, or where the edition that answers
        most surely has its answer."""
        if reading.confidence >= self.threshold:
            return reading

        def sentence(span: Span) -> str:
            return answer.sentence_of(lookup(span.doc_id), span)

        best = surest.candidates[0]
        likely = [c for c in reading.candidates if c.confidence >= self.confidence.perhaps]
        same = match_edition(reading.asked, sentence(best.span), likely, sentence)
        if same is None:
            return None
        first = replace(same, confidence=best.confidence)
        return replace(reading, candidates=(first, *(c for c in reading.candidates if c != same)))

    def read(
        self, query: str, only: Sequence[str] = (), sure: float = SURE, most: int = 0
    ) -> Reading:
        """What retrieval and the reader make of a query: every candidate, nothing decided.

        only  names of the documents that are searched; all, where none is named
        sure  confidence from which no further passage is read
        most  passages that are read; by default `Config.passages`
        """
        made = self._read(query, self._retriever.retrieve(query, only), only, sure, most)
        return made if len(only) == 1 else self._keep_to_subject(made, sure, most)

    def _keep_to_subject(self, reading: Reading, sure: float = SURE, most: int = 0) -> Reading:
        """Of documents on one form without those that are about others than the question is."""
        alike = find_on_form(reading, cache(self.document))
        if not (astray := find_astray(reading.asked, alike)):
            return reading
        meant = [d for d in alike if d.doc_id not in astray]
        others = {
            d.doc_id
            for d in alike
            if d.doc_id in astray and not any(are_editions(d, kept) for kept in meant)
        }
        found = [h for h in (*reading.hits, *reading.unread) if h.chunk.doc_id not in others]
        return self._read(reading.query, found, reading.only, sure, most)

    def _read(
        self,
        query: str,
        found: Sequence[Hit],
        only: Sequence[str],
        sure: float = SURE,
        most: int = 0,
    ) -> Reading:
        asked, lookup = understand(query), cache(self.document)
        first = FIRST + MORE if asked.several else FIRST  # several things may stand apart
        limit = min(self.config.passages, most or len(found))
        near = take_near(found, first, limit) if sure < NEVER else found[:limit]
        made = Reading(asked, (), (), (), only=tuple(only))
        while len(made.hits) < len(near) and made.confidence < sure:
            hits = near[: len(made.hits) + MORE if made.hits else first]
            contexts = [find_context(lookup(h.chunk.doc_id), h.chunk) for h in hits]
            spans = self._reader.read(query, hits, contexts)
            candidates = weigh(asked, hits, spans, self.confidence, lookup)
            candidates = self._strike_anothers(asked, candidates, lookup)
            rest = tuple(found[len(hits) :])
            read = tuple(hits), tuple(spans), tuple(candidates)
            made = Reading(asked, *read, rest, tuple(only))
        return made

    def _strike_anothers(
        self, asked: Asked, candidates: list[Candidate], lookup: answer.Lookup
    ) -> list[Candidate]:
        """The best of them struck, as long as somebody else says it than whose words are asked for,
        or tells it of themselves where another is asked about: "I have known her for years", said
        Mr. Negget, where it is asked of Mr. Bodfish."""
        while candidates and candidates[0].confidence >= max(self.threshold, STRUCK):
            best, *others = candidates
            span, document = best.span, lookup(best.span.doc_id)
            itself = is_of_the_speaker(asked, answer.sentence_of(document, span))
            if not itself and not is_of_others(asked, document, span.start, span.end):
                break
            speaker = self.find_speaker(document, span.start, span.end)
            if speaker is None or names_same(speaker.name, asked.text):
                break
            struck = Candidate(
                span, 0.0, f"{speaker.name} says it{' of themselves' if itself else ''}"
            )
            candidates = sorted([*others, struck], key=lambda c: -c.confidence)
        return candidates

    def retrieve(self, query: str) -> list[Hit]:
        """The passages that a query finds, best first: what `ask` reads the first of."""
        return self._retriever.retrieve(clean(query))

    @property
    def models(self) -> dict[str, str]:
        """Which models read, embed and write, each by its digest or name."""
        used = {"reader": self._reader.identity, "embedder": self._embedder.identity}
        if self._llm:
            used["llm"] = self._llm.name
            for name in ("answer", "follow_up"):
                used[f"prompt {name}"] = prompts.load_prompt(name).digest
        return used

    def documents(self) -> list[Document]:
        """All documents in the index, by name."""
        return list(self._store.documents())

    def count_documents(self) -> int:
        """How many documents are in the index."""
        return len(self._store.digests())

    def document(self, doc_id: str) -> Document:
        """One document.  Raises StoreError when it is not in the index."""
        return self._store.document(doc_id)

    def as_query_engine(self) -> AssistantQueryEngine:
        """A LlamaIndex query engine over this assistant."""
        from assistant.query_engine import AssistantQueryEngine  # a second to import

        return AssistantQueryEngine(self)

    @property
    def closed(self) -> bool:
        """Whether it is no longer to be asked."""
        return self._under_way.ended

    def close(self) -> None:
        """Let another process have the index, once the questions under way are answered."""
        self._under_way.end(LAST_ANSWERS)
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def finish_writing(made: Answer, answers: Iterator[Answer]) -> Answer:
    """The last of the answers that a language model makes grow; where it fails the one before."""
    try:
        for grown in answers:
            made = grown
    except LanguageModelError as error:
        log.warning("%s %s", error, STANDS)
    return made


def drop_repeats(reading: Reading, history: Sequence[Answer]) -> Reading:
    """A reading without the place of the last answer: a question made with words of the talk that
    leads back there has found nothing new."""
    last = next((a.quotes[0] for a in reversed(history) if a.found), None)
    if last is None or last.answer_start is None or last.answer_end is None:
        return reading
    told = range(last.answer_start, last.answer_end)
    new = [
        c
        for c in reading.candidates
        if c.span.doc_id != last.doc_id or c.span.end <= told.start or c.span.start >= told.stop
    ]
    return replace(reading, candidates=tuple(new))
