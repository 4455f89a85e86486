"""What programs can do with a library. The HTTP API, MCP and Gradio's API call this, each in its own form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import version

from quoth.index.errors import BadQuestion, QuothError
from quoth.index.library import Library, PathLike
from quoth.index.records import Article
from quoth.index.sync.tally import ProgressCallback
from quoth.qa.ask import ask
from quoth.qa.filters import EVERYTHING, Filter
from quoth.qa.find import find
from quoth.qa.nearest import nearest
from quoth.qa.records import Answer
from quoth.qa.retrieve import retrieve
from quoth.qa.verify import counted_places
from quoth.ui.page.source import sheet_of

from .results import (
    answer_found,
    article_info,
    article_matched,
    article_text,
    changes_made,
    nearest_found,
    page_image,
    passage_found,
    quote_place,
)
from .schemas import (
    AnswerFound,
    ArticlesListed,
    ArticleText,
    ChangesMade,
    LibraryStatus,
    PageImage,
    PassageFound,
    QuoteChecked,
    SearchFound,
)

MAX_CHARS = 20_000
"""Maximum number of characters of an article that ``article`` returns, unless its caller allows more."""
MAX_PASSAGES = 50
"""Maximum number of passages that ``retrieve`` returns."""
MAX_LISTED = 100
"""Maximum number of articles that ``articles`` returns."""
MAX_PLACES = 100
"""Maximum number of places that ``verify`` returns."""


class UnknownArticle(QuothError):
    """No article of the library has this id or source."""


class NoPage(QuothError):
    """An article has no such page, or its file is gone or has changed."""


class Operations:
    """What programs can do with one library. Every method may be called from several threads.

    :param min_confidence: see ``quoth.ask``; for questions that state none.
    """

    def __init__(self, library: Library, min_confidence: float, cross_encoder: str | None) -> None:
        self.library = library
        self._min_confidence = min_confidence
        self._cross_encoder = cross_encoder

    def ask(
        self, question: str, *, where: Filter = EVERYTHING, earlier: Sequence[str] = (),
        min_confidence: float | None = None,
    ) -> AnswerFound:  # fmt: skip
        """Answer a question with verbatim quotes.

        :param earlier: the questions before it, oldest first, if it may refer to them.
        :raises BadQuestion: a question is empty, has no word in it, or is longer than 2,000 characters.
        :raises NoArticles: the library is empty, or no article matches ``where``.
        """
        least = self._min_confidence if min_confidence is None else min_confidence
        history: list[Answer] = []
        for each in (*earlier, question):
            history.append(ask(
                each, library=self.library, history=tuple(history), where=where, min_confidence=least,
                cross_encoder=self._cross_encoder,
            ))  # fmt: skip
        return answer_found(history[-1])

    def retrieve(self, question: str, k: int = 5, *, where: Filter = EVERYTHING) -> list[PassageFound]:
        """Return the k passages that fit a question best, best first; at most 50.

        :raises BadQuestion: the question is empty, has no word in it, or is longer than 2,000 characters.
        :raises NoArticles: the library is empty, or no article matches ``where``.
        """
        k = min(max(k, 1), MAX_PASSAGES)
        return [passage_found(hit) for hit in retrieve(question, k, library=self.library, where=where)]

    def search(self, text: str, *, where: Filter = EVERYTHING) -> SearchFound:
        """Return every passage that contains some words, article by article, best article first; see ``quoth.find``.

        :raises BadQuestion: the text has no word that can be searched for, or is longer than 2,000 characters.
        :raises NoArticles: the library is empty, or no article matches ``where``.
        """
        matches = find(text, library=self.library, where=where)
        return SearchFound(total=matches.total, articles=[article_matched(quotes) for quotes in matches.by_article])

    def articles(self, skip: int = 0, limit: int = MAX_LISTED) -> ArticlesListed:
        """Return a part of the list of articles, in the order in which they were added.

        :param limit: maximum number of articles, from 1 to 100.
        """
        catalogue = self.library.catalogue()
        end = skip + min(max(limit, 1), MAX_LISTED)
        found = [article for entry in catalogue[skip:end] if (article := self.library.article(entry.id))]
        return ArticlesListed(
            total=len(catalogue), articles=[*map(article_info, found)], next=end if end < len(catalogue) else None
        )

    def article(
        self, named: int | str, start: int = 0, end: int | None = None, *, most: int | None = MAX_CHARS
    ) -> ArticleText:
        """Return an article's text between two offsets. Offsets outside the text count as its ends.

        :param named: the article's id or source.
        :param most: maximum number of characters; None for no limit.
        :raises UnknownArticle: no article has this id or source.
        """
        article = self._article(named)
        length = len(article.text)
        start = min(max(start, 0), length)
        end = min(max(length if end is None else end, start), length if most is None else start + most, length)
        return article_text(article, start, end)

    def page(self, named: int | str, start: int = 0, end: int = 0, *, number: int | None = None) -> PageImage:
        """Return a page as a picture, with the characters between two offsets marked.

        :param named: the article's id or source.
        :param number: the page, counted from 1; None for the one on which the characters begin.
        :raises UnknownArticle: no article has this id or source.
        :raises NoPage: the article has no such page, or its file is gone or has changed.
        """
        article = self._article(named)
        sheet = sheet_of(self.library, article, (start, end), None if number is None else number - 1)
        if sheet is None:
            raise NoPage(f"Article {article.id} has no such page, or its file is gone or has changed.")
        return page_image(article, sheet)

    def verify(self, sentence: str) -> QuoteChecked:
        """Return whether a sentence is in the articles, letter for letter, and where; else the most similar one.

        :raises BadQuestion: the sentence has no word in it, or is not in the articles and longer than 2,000 characters.
        """
        if not re.search(r"\w", sentence):
            raise BadQuestion("The sentence has no word in it. Give the sentence that is to be checked.")
        total, found = counted_places(sentence, self.library, MAX_PLACES)
        verbatim = any(place.status == "in place" for place in found)
        similar = None if verbatim else nearest(sentence, self.library)
        return QuoteChecked(
            sentence=sentence, verbatim=verbatim, total=total, places=[*map(quote_place, found)],
            nearest=nearest_found(similar) if similar else None,
        )  # fmt: skip

    def status(self) -> LibraryStatus:
        """Return what the library holds."""
        status = self.library.status()
        return LibraryStatus(
            articles=status.articles, passages=status.passages, model=status.model, generation=status.generation,
            bytes=status.bytes, version=version("quoth"),
        )  # fmt: skip

    def add(self, paths: Sequence[PathLike], progress: ProgressCallback | None = None) -> ChangesMade:
        """Add files and folders of this machine; see ``Library.add`` for the errors.

        Any file that this process may read can be read so: offer it only to callers who may do that.
        """
        return changes_made(self.library.add(paths, progress=progress))

    def remove(self, ids: Sequence[int]) -> ChangesMade:
        """Remove articles.

        :raises UnknownArticle: the library holds no article with one of these ids; nothing is removed then.
        """
        return changes_made(self.library.remove_articles(sorted({self._article(id_).id for id_ in ids})))

    def _article(self, named: int | str) -> Article:
        library = self.library
        article = library.article(named) if isinstance(named, int) else library.article_from(named)
        if article is None:
            raise _unknown(named)
        return article


def _unknown(named: int | str) -> UnknownArticle:
    if isinstance(named, int):
        return UnknownArticle(f"The library holds no article with the id {named}. It may have changed: ask again.")
    return UnknownArticle(f"The library holds no article from {named!r}; ask, retrieve and search name the sources.")
