"""quote(): the sentences that answer, from passages that anything else has retrieved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from quoth.index.embedding.encoder import Encoder, load_encoder
from quoth.index.embedding.model_files import DEFAULT_MODEL
from quoth.index.errors import NoArticles
from quoth.index.records import Record, Span, english_date, file_name
from quoth.index.texts import Text, read_texts

from .answer.confidence import FOUND
from .ask import answer_from
from .given import text_of
from .opening import check_question
from .records import Quote


@dataclass(frozen=True, slots=True)
class PassageQuote(Record):
    """Words of a given passage: ``text`` is the passage's text from ``start`` to ``end``, always."""

    text: str
    start: int
    end: int
    index: int
    """The place of the passage among those that were given, from 0."""
    score: float
    """Higher is better. Scores of different questions cannot be compared."""
    highlights: tuple[Span, ...] = ()
    """The words that answer, as offsets into the passage's text."""
    also: tuple[PassageQuote, ...] = ()
    """Quotes of other passages that say the same in nearly the same words."""
    more: int = 0
    """Number of items of a quoted list that follow the quote, if the list is too long to be quoted whole."""
    head: Span | None = None
    """For a table's row that is quoted without its header, the header's offsets into the passage's text."""
    speaker: str | None = None
    """Name, in the passage's words, of who speaks the words that answer; None if it is nobody, or not certain."""
    citation: str = ""
    """Speaker, title or source, author, date and page, as far as they are known, in English."""


@dataclass(frozen=True, slots=True)
class Quotes(Record):
    """Quotes of given passages, best first. If not ``found``, they are the nearest sentences, which do not answer."""

    question: str
    searched_for: str
    """The question as it was understood, to be shown: with typos corrected."""
    found: bool
    confidence: float
    """Estimated probability, from 0 to 1, that the quotes hold an answer."""
    quotes: tuple[PassageQuote, ...]
    disagreements: tuple[tuple[PassageQuote, ...], ...] = ()
    """Quotes of passages from different sources that answer differently. The words that differ are highlighted."""
    did_you_mean: str | None = None
    """The question with names that the passages do not contain replaced by similar names that they do contain."""
    remark: str | None = None
    """A reply to a greeting or to thanks, instead of quotes; or what the metadata say, beside them: who wrote a text,
    or which of two texts is newer."""
    why: tuple[str, ...] = ()
    """Reasons for the first quote, its highlights, found or not, and disagreement or not; one line each."""

    @property
    def best(self) -> PassageQuote | None:
        """The first quote, if it answers; else None."""
        return self.quotes[0] if self.found and self.quotes else None


def quote(
    question: str, passages: Iterable[object], *, model: str | None = None, encoder: Encoder | None = None,
    min_confidence: float = FOUND,
) -> Quotes:  # fmt: skip
    """Answer a question with one to three quotes of passages that any retriever has found.

    Nothing is stored: the passages are read, embedded and searched in memory. Passages without text are skipped.

    :param passages: strings, pairs of a text and a mapping with its metadata, or documents of LangChain, LlamaIndex,
        Haystack or Quoth (``Hit``). Of the metadata, title, author, published (or date), source, url, language, heading
        and page_label are used. Passages with the same source do not disagree with each other.
    :param model: an embedding model by name or folder; by default all-MiniLM-L6-v2.
    :param encoder: an encoder instead of a model, such as the one of an open library.
    :param min_confidence: minimum confidence, from 0 to 1, of an answer that counts as found.
    :raises BadQuestion: the question is empty, has no word in it, or is longer than 2,000 characters.
    :raises NoArticles: no passage has text.
    :raises TypeError: a passage is no text and holds none.
    :raises ModelUnavailable: the model is missing or not safe to load.
    """
    question = check_question(question)
    if isinstance(passages, str):
        raise TypeError("passages is a single string. Give a list of texts, even of one.")
    texts = [text_of(passage, number) for number, passage in enumerate(passages)]
    with_words = {number: text for number, text in enumerate(texts) if text.text.strip()}
    snapshot = read_texts(with_words, encoder or _loaded(model or DEFAULT_MODEL))
    if snapshot is None:
        raise NoArticles(
            f"None of the {len(texts)} passages has text, so nothing was searched."
            if texts else "No passages were given, so nothing was searched. Give at least one text."
        )  # fmt: skip
    answer = answer_from(snapshot, question, min_confidence=min_confidence)
    return Quotes(
        answer.question, answer.searched_for, answer.found, answer.confidence, _quotes(answer.quotes, texts),
        tuple(
            _quotes(each.quotes, texts) for each in answer.disagreements
            if len({q.article.source for q in each.quotes}) > 1
        ),
        answer.did_you_mean, answer.remark, answer.why,
    )  # fmt: skip


@lru_cache(2)
def _loaded(model: str) -> Encoder:
    """The model, loaded once."""
    return load_encoder(model)


def _quotes(quotes: Sequence[Quote], texts: Sequence[Text]) -> tuple[PassageQuote, ...]:
    return tuple(
        PassageQuote(
            texts[q.article.id].text[q.start : q.end], q.start, q.end, q.article.id, q.score, q.highlights,
            _quotes(q.also, texts), q.more, q.head, q.speaker, _citation(q, texts[q.article.id]),
        ) for q in quotes
    )  # fmt: skip


def _citation(quote: Quote, text: Text) -> str:
    article = quote.article
    parts = (article.title or file_name(article.source), article.author, english_date(article.published))
    page = f", page {text.page}" if text.page else ""
    cited = f"{' · '.join(part for part in parts if part)}{page}"
    return f"{quote.speaker}, in {cited}" if quote.speaker else cited
