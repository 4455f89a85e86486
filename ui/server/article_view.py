"""The source pane: an article as HTML, with a quote marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from quoth.index.library import Library
from quoth.index.records import Article, Passage, Span
from quoth.qa.records import Quote
from quoth.qa.verify import Saved, verify
from quoth.ui.language import say
from quoth.ui.page.citing import citing_html
from quoth.ui.page.frame import no_source_html
from quoth.ui.page.library_pane import error_html
from quoth.ui.page.source import changed_quote_html, sheet_of, source_html


class ArticleView:
    """Shows articles of one library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def by_id(self, id_: int, quote: Span, passage: Span | None, page: int | None) -> str:
        """Show an article by its id.

        :param page: index, from 0, of the page to draw; None for the quote's page.
        """
        article = self._library.article(id_)
        if article is None:
            return error_html(say("This article is no longer in the library; ask again."))
        return self._html(article, quote, passage, page)

    def by_address(self, address: Mapping[str, str]) -> str:
        """Show the article that a link names by its source, and say whether the link's quote is still in it.

        Without a source, the pane is empty.
        """
        if "source" not in address:
            return no_source_html()
        start, end = (int(address[key]) if address.get(key, "").isdecimal() else 0 for key in ("start", "end"))
        text = address.get("quote", "")
        verified = verify(Saved(text, address["source"], start, start + len(text)), self._library) if text else None
        article = verified.article if verified and verified.article else self._library.article_from(address["source"])
        note = changed_quote_html(verified) if verified else ""
        if article is None:
            return note + error_html(say("The library holds no article from {source}.", source=address["source"]))
        if verified is None:
            return self._html(article, (start, end))
        # A link names a long quote by its beginning: if that is in place, the rest is marked as well.
        rest = max(end - start - len(text), 0) * (verified.status == "in place")
        return note + self._html(article, (verified.start, verified.end + rest))

    def citing(self, places: Sequence[tuple[int, Span]]) -> str:
        """Show ways to cite articles at quotes; of several quotes of an article, the first counts."""
        quotes: dict[int, Quote] = {}
        for id_, (start, end) in places:
            if id_ not in quotes and (article := self._library.article(id_)):
                text = article.text[start:end]
                quotes[id_] = Quote(text, start, end, article, Passage(0, id_, start, end, text), 0.0)
        if not quotes:
            return error_html(say("This article is no longer in the library; ask again."))
        return citing_html([*quotes.values()])

    def _html(self, article: Article, quote: Span, passage: Span | None = None, page: int | None = None) -> str:
        sheet = sheet_of(self._library, article, quote, page)
        blocks, file = self._library.layout(article.id).blocks, self._library.file_of(article)
        return source_html(article, *quote, passage, blocks=blocks, sheet=sheet, file=file)
