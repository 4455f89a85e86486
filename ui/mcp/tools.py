"""The tools. Every method of ``Tools`` is one, and its docstring is what the model reads about it."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from mcp.server.context import ServerRequestContext
from mcp.server.mcpserver import Context
from mcp.types import CallToolResult
from pydantic import Field

from quoth.index.errors import BadQuestion, LibraryNotWritable
from quoth.qa.filters import Filter
from quoth.qa.retrieve import retrieve as retrieve_passages
from quoth.ui.programs.operations import Operations
from quoth.ui.programs.paths import are_inside
from quoth.ui.programs.schemas import (
    AnswerFound,
    ArticlesListed,
    ChangesMade,
    LibraryStatus,
    QuoteChecked,
    SearchFound,
)
from quoth.ui.server.security.guard import CHANGES

from . import articles
from .results import Document, PageShown, PassagesFound, SearchResult, SearchResults, page_shown, quote_checked

_RESULTS = 10
"""Maximum number of articles that ``search`` returns."""
_FOUND = 100
"""Maximum number of passages that ``find`` returns."""
_Offset = Annotated[int, Field(ge=0, le=2**53)]
Question = Annotated[str, Field(description="A question in a sentence, or keywords.")]
Article = Annotated[int, Field(description="The article's id, as the other tools return it.", ge=0, le=2**53)]
Author = Annotated[str, Field(description="Only articles whose author's name contains this.")]
Since = Annotated[str, Field(description="Only articles published on this day or later: 2025-10-31.")]
Until = Annotated[str, Field(description="Only articles published on this day or earlier: 2025-10-31.")]
Sources = Annotated[tuple[str, ...], Field(description="Only the articles from these sources.")]
Tags = Annotated[tuple[str, ...], Field(description="Only articles with all of these tags.")]
Collection = Annotated[
    str, Field(description="Only articles of this group: a collection of Zotero, a mailbox, a feed or a site.")
]


class Tools:
    """The tools of one library.

    :param operations: opens the library as it is now. If its argument is true, a library that does not exist is
        created. Raises a QuothError if there is none, or if it is damaged.
    """

    def __init__(self, operations: Callable[[bool], Operations]) -> None:
        self._open = operations

    @property
    def _operations(self) -> Operations:
        return self._open(False)

    def ask(
        self, question: Question,
        earlier: Annotated[tuple[str, ...], Field(description="The questions before it, oldest first, if it refers to "
                                                              "them, as in “And in 2019?”.", max_length=20)] = (),
        author: Author = "", since: Since = "", until: Until = "", sources: Sources = (), tags: Tags = (),
        collection: Collection = "",
    ) -> AnswerFound:  # fmt: skip
        """Answer a question about the user's articles in the articles' own words. Use this first for any question.

        Every quote is letter for letter what its article says. Repeat quotes verbatim, in quotation marks, with their
        citation; do not paraphrase them as quotes. `highlights` are the words that answer.

        If `found` is false, the articles do not answer: say so. The quotes are then only the nearest sentences, and no
        answer. If `disagreements` is not empty, articles contradict each other: show both sides.
        """
        return self._operations.ask(
            question, where=_filter(author, since, until, sources, tags, collection), earlier=earlier
        )

    def retrieve(
        self, question: Question,
        k: Annotated[int, Field(description="The number of passages.", ge=1, le=50)] = 5,
        author: Author = "", since: Since = "", until: Until = "", sources: Sources = (), tags: Tags = (),
        collection: Collection = "",
    ) -> PassagesFound:  # fmt: skip
        """Return the passages that fit a question or a topic best, as context to read, best first.

        Use it to explore or to summarise; for a question with an answer, use `ask`. There are always passages, also if
        none fits. They are letter for letter what the articles say: quote them verbatim, with title and page.
        """
        where = _filter(author, since, until, sources, tags, collection)
        return PassagesFound(passages=self._operations.retrieve(question, k, where=where))

    def find(
        self,
        text: Annotated[str, Field(description="Words in any form and order; within quotation marks, exactly these.")],
        most: Annotated[int, Field(description="Maximum number of passages.", ge=1, le=_FOUND)] = 20,
        author: Author = "", since: Since = "", until: Until = "", sources: Sources = (), tags: Tags = (),
        collection: Collection = "",
    ) -> SearchFound:  # fmt: skip
        """Return every passage that contains some words, article by article, and how many there are in all.

        Use it to list or count mentions of a name or a term. `total` counts all passages, also those beyond `most`.
        """
        found = self._operations.search(text, where=_filter(author, since, until, sources, tags, collection))
        kept = []
        for article in found.articles:
            passages = article.passages[:most]
            most -= len(passages)
            if passages:
                kept.append(article.model_copy(update={"passages": passages}))
        return found.model_copy(update={"articles": kept})

    def search(self, query: Annotated[str, Field(description="A question or keywords.")]) -> SearchResults:
        """Search the user's articles, and return ids for `fetch`: at most ten, best first.

        For a question use `ask`, which returns the words that answer at once.
        """
        hits = retrieve_passages(query, 3 * _RESULTS, library=self._operations.library)
        found: dict[int, SearchResult] = {}
        for hit in hits:
            found.setdefault(hit.article.id, articles.found(hit.article, hit.passage.start, hit.passage.end))
        return SearchResults(results=[*found.values()][:_RESULTS])

    def fetch(
        self, id: Annotated[str, Field(description="An id that search returned, or any article's id.")],
    ) -> Document:  # fmt: skip
        """Return an article's text, letter for letter, with what is known of it.

        Of a long article it is a part, and `metadata` has the ids of the parts before and after it. Quote the text
        verbatim, with the article's title.
        """
        return articles.fetched(self._operations, id)

    def verify_quote(
        self, sentence: Annotated[str, Field(description="The words to be checked, exactly as they would be quoted.")]
    ) -> Annotated[CallToolResult, QuoteChecked]:
        """Check whether a sentence is in the user's articles, letter for letter, and return every place.

        Use it before you present anything as a quote of the articles. If `verbatim` is false, do not quote the
        sentence: `nearest` is the most similar one that is in the articles, with the words in which the two differ.
        Quote that one instead, or none.
        """
        return quote_checked(self._operations.verify(sentence))

    def page(
        self, article: Article,
        start: Annotated[_Offset, Field(description="The offset of the quote's first character in the article.")] = 0,
        end: Annotated[_Offset, Field(description="The offset after its last character.")] = 0,
        page: Annotated[int, Field(description="The page, counted from 1; 0 for the one with the quote.", ge=0)] = 0,
    ) -> Annotated[CallToolResult, PageShown]:  # fmt: skip
        """Show a page of an article as a picture, with a quote marked in it. Only for articles with pages, as PDFs.

        `article`, `start` and `end` are those that the other tools return with a quote.
        """
        return page_shown(self._operations.page(article, start, end, number=page or None))

    def articles(
        self,
        skip: Annotated[int, Field(description="The number of articles to skip: `next` of the part before.", ge=0)] = 0,
        limit: Annotated[int, Field(description="The number of articles.", ge=1, le=100)] = 50,
    ) -> ArticlesListed:
        """List the articles: title, author, day, source, length. Only to see what there is; to find text, use `ask`."""
        return self._operations.articles(skip, limit)

    def status(self) -> LibraryStatus:
        """Return how many articles the library holds, its model, its size and the version of Quoth."""
        return self._operations.status()

    def add(
        self, context: Context,
        paths: Annotated[list[str], Field(description="Absolute paths of files or folders.", min_length=1)],
    ) -> ChangesMade:  # fmt: skip
        """Add files or folders of this computer to the library. Only if the user asked for it.

        Files that are new or have changed are read; others cost nothing. `rejected` says which could not be read, and
        why. Many files take minutes. If a call times out, what was read stays; call it again for the rest.
        """
        given = [os.path.expanduser(path) for path in paths]
        if wrong := [path for path in given if not os.path.isabs(path) or "\0" in path]:
            raise BadQuestion(f"{wrong[0]!r} is not an absolute path. Give the whole path, from the root.")
        _check_may_change(context)
        operations = self._open(True)
        if context.request_context.request is not None and not are_inside(given, operations.library):
            raise LibraryNotWritable(
                "Over HTTP, only files in the folders that the library was made of can be added. Add others with "
                "`quoth add`, or upload them in the page."
            )
        return operations.add(given)

    def remove(
        self, context: Context,
        articles: Annotated[list[Article], Field(description="The ids of articles.", min_length=1)],
    ) -> ChangesMade:  # fmt: skip
        """Remove articles from the library. Their files are not deleted. Only if the user asked for it."""
        _check_may_change(context)
        return self._operations.remove(articles)


def _filter(
    author: str, since: str, until: str, sources: Sequence[str], tags: Sequence[str], collection: str
) -> Filter:  # fmt: skip
    return Filter(
        frozenset(sources), author or None, _day(since), _day(until), frozenset(tags), collection or None
    )  # fmt: skip


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadQuestion(f"{text!r} is not a day. Write it as 2025-10-31.") from error


def may_change(context: ServerRequestContext[Any, Any]) -> bool:
    """Return whether the sender of a request may change the library: over HTTP, the guard says so."""
    return context.request is None or bool(context.request.scope.get(CHANGES))


def _check_may_change(context: Context) -> None:
    if not may_change(context.request_context):
        raise LibraryNotWritable(
            "From this address the library can only be read. To change it from here, start the chat with "
            "--auth name:password or --write-token, and without --read-only."
        )
