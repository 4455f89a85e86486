"""quote(): sentences that answer, from strings and from documents of other frameworks; with the tiny encoder."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import quoth
from quoth import BadQuestion, Library, NoArticles, PassageQuote, Quotes
from tests.retrieving import WaitingEncoder, while_the_loop_goes_on, write_articles
from tests.words import WordEncoder

ENCODER = WordEncoder()
QUESTION = "How long does the crossing take?"
FERRY = "The ferry sails at nine. The crossing takes fifty minutes."
HARBOUR = "The harbour opened in 1911. It has three piers."
LATER = {"title": "Ferries", "author": "Bo Ito", "date": "2025-06-01", "source": "later.txt", "page_label": "iv"}


def quoted(question: str, passages: Iterable[object]) -> Quotes:
    return quoth.quote(question, passages, encoder=ENCODER)


def every_quote(found: Quotes) -> list[PassageQuote]:
    """All quotes, also those within quotes and those of disagreements."""
    both = [*found.quotes, *(quote for quotes in found.disagreements for quote in quotes)]
    return [*both, *(other for quote in both for other in quote.also)]


def check_letters(found: Quotes, texts: Sequence[str]) -> None:
    for quote in every_quote(found):
        assert quote.text
        assert quote.text == texts[quote.index][quote.start : quote.end]
        assert all(quote.start <= a < b <= quote.end for a, b in quote.highlights)


def test_the_sentence_that_answers_is_quoted_with_its_passage_and_marked() -> None:
    texts = [HARBOUR, "", FERRY]
    found = quoted(QUESTION, texts)
    assert found.found
    assert found.confidence > 0.4
    best = found.best
    assert best is not None
    assert (best.text, best.index) == ("The crossing takes fifty minutes.", 2)
    assert FERRY[best.start : best.end] == best.text
    assert [FERRY[a:b] for a, b in best.highlights] == ["fifty minutes"]
    assert best.citation == "passage 3"
    assert any("fifty minutes" in line for line in found.why)
    assert json.loads(json.dumps(found.to_dict()))["quotes"][0]["text"] == best.text


def test_what_the_passages_do_not_say_is_not_found_and_the_nearest_sentences_are_given() -> None:
    found = quoted("Who won the chess match in the harbour?", [FERRY, HARBOUR])
    assert not found.found
    assert found.best is None
    assert found.disagreements == ()
    assert found.quotes
    check_letters(found, [FERRY, HARBOUR])


def test_passages_of_different_sources_that_differ_are_shown() -> None:
    question, texts = "How many people died in the flood?", [
        "In the flood 42 people died on Sunday.", "The flood: 57 people died there.",
    ]  # fmt: skip
    found = quoted(question, [texts[0], (texts[1], LATER)])
    check_letters(found, texts)
    (differing,) = found.disagreements
    assert {texts[q.index][a:b] for q in differing for a, b in q.highlights} == {"42 people", "57 people"}
    assert {q.citation for q in differing} == {"passage 1", "Ferries · Bo Ito · 1 June 2025, page iv"}
    same = {"source": "later.txt"}
    assert quoted(question, [(text, same) for text in texts]).disagreements == ()


def test_the_same_sentence_of_another_passage_is_named_beside_its_quote() -> None:
    found = quoted(QUESTION, [FERRY, HARBOUR, f"{FERRY} It rains."])
    first = found.quotes[0]
    assert {first.index, *(other.index for other in first.also)} == {0, 2}


def test_a_library_with_the_same_texts_gives_the_same_quotes(library: Library, tmp_path: Any) -> None:
    texts = [HARBOUR, FERRY, "The pier is closed in winter, when the ferry sails twice a day."]
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.txt").write_text(text, "utf-8")
    library.add([tmp_path / f"{number}.txt" for number in range(len(texts))])
    for question in (QUESTION, "When did the harbour open?", "How many piers does it have?", "Is the pier closed?"):
        answer, found = library.ask(question), quoted(question, texts)
        assert (found.found, found.confidence) == (answer.found, answer.confidence)
        assert [(q.text, q.start, q.highlights, q.score) for q in found.quotes] == [
            (q.text, q.start, q.highlights, q.score) for q in answer.quotes
        ]


def langchain(text: str, metadata: dict[str, Any]) -> object:
    from langchain_core.documents import Document

    return Document(page_content=text, metadata=metadata)


def llama_index(text: str, metadata: dict[str, Any]) -> object:
    from llama_index.core.schema import NodeWithScore, TextNode

    return NodeWithScore(node=TextNode(text=text, metadata=metadata), score=0.5)


def llama_index_node(text: str, metadata: dict[str, Any]) -> object:
    from llama_index.core.schema import TextNode

    return TextNode(text=text, metadata=metadata)


def haystack(text: str, metadata: dict[str, Any]) -> object:
    from haystack import Document

    return Document(content=text, meta=metadata)


def pair(text: str, metadata: dict[str, Any]) -> object:
    return text, metadata


@pytest.mark.parametrize(
    "document", [langchain, llama_index, llama_index_node, haystack, pair], ids=lambda function: function.__name__
)
def test_documents_of_every_framework(document: Callable[[str, dict[str, Any]], object]) -> None:
    texts = [HARBOUR, f"\n {FERRY}\n"]
    found = quoted(QUESTION, (document(text, LATER | {"source": f"{n}.txt"}) for n, text in enumerate(texts)))
    check_letters(found, texts)
    assert found.best is not None
    assert (found.best.index, found.best.start) == (1, 27)
    assert found.best.citation == "Ferries · Bo Ito · 1 June 2025, page iv"
    assert quoted("Who wrote “Ferries”?", [document(FERRY, LATER)]).remark == (
        "The citation names Bo Ito as the author of “Ferries”."
    )


def test_hits_of_quoth_and_documents_of_its_retrievers(tmp_path: Any) -> None:
    from quoth.langchain import QuothRetriever

    with Library(tmp_path / "library", encoder=ENCODER) as library:
        library.add(write_articles(tmp_path))
        hits = library.retrieve(QUESTION)
        documents = QuothRetriever(library=library).invoke(QUESTION)
        answer = library.ask(QUESTION)
        noon = library.retrieve("When was high water?", 1)
    assert answer.best is not None
    for passages in (hits, documents):
        best = quoted(QUESTION, passages).best
        assert best is not None
        assert best.text == answer.best.text
        assert best.start + hits[best.index].passage.start == answer.best.start
        assert best.citation == "The ferry · Ann Lee · 3 May 2025"
    best = quoted("When was high water?", noon).best
    assert best is not None
    assert best.citation == "Tides of the bay, page 2"


def test_markdown_is_read_as_such_where_the_source_says_so() -> None:
    text = "The crossing takes ~~forty~~ fifty minutes."
    best = quoted(QUESTION, [(text, {"source": "ferry.md"})]).best
    assert best is not None
    assert best.text == text
    assert [text[a:b] for a, b in best.highlights] == ["fifty minutes"]


def test_a_passage_without_a_whole_sentence_is_quoted_too() -> None:
    found = quoted(QUESTION, ["Crossing: fifty minutes"])
    assert [q.text for q in found.quotes] == ["Crossing: fifty minutes"]


def test_a_half_of_a_character_keeps_its_place() -> None:
    text = "\ud83d The crossing \udc00 takes fifty minutes. \ud83d\ude42"
    found = quoted(QUESTION, [text])
    assert found.quotes
    check_letters(found, [text])


PARTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from([
        FERRY, HARBOUR, "The crossing takes forty minutes.", "# Crossing", "- fifty minutes", "| crossing | 50 min |",
        "\r\n", "\n\n", "word " * 300, "a" * 700, "「横断は五十分かかる。」", "🙂 e\u0301", "\ud83d",
    ]),
)  # fmt: skip
TEXTS = st.lists(st.lists(PARTS, max_size=5).map("\n".join), max_size=5)


@settings(max_examples=25)
@given(TEXTS, st.sampled_from([None, "a.md", "a.txt"]))
def test_every_quote_is_its_slice_of_its_passage(texts: list[str], source: str | None) -> None:
    texts = [*texts, "The lake is deep."]
    found = quoted(QUESTION, [(text, {"source": source}) for text in texts])
    check_letters(found, texts)


def test_what_cannot_be_quoted_is_an_error_in_words() -> None:
    with pytest.raises(NoArticles, match="No passages were given"):
        quoted(QUESTION, [])
    with pytest.raises(NoArticles, match="None of the 2 passages has text"):
        quoted(QUESTION, ["", ("  \n", {})])
    with pytest.raises(TypeError, match=r"passages\[1\] is no text \(int\). Give strings"):
        quoted(QUESTION, [FERRY, 7])
    with pytest.raises(TypeError, match="single string"):
        quoted(QUESTION, FERRY)
    with pytest.raises(BadQuestion, match="no word"):
        quoted("?!", [FERRY])
    with pytest.raises(BadQuestion, match="2,001 characters"):
        quoted("a" * 2001, [FERRY])


def test_a_document_without_text_is_skipped() -> None:
    from haystack import Document

    found = quoted(QUESTION, [Document(content=None, meta={"file_name": "map.png"}), Document(content=FERRY)])
    assert found.best is not None
    assert found.best.index == 1


def test_passages_that_were_read_before_are_not_embedded_again() -> None:
    encoder = WordEncoder()
    quoth.quote(QUESTION, [FERRY, HARBOUR], encoder=encoder)
    before = encoder.encoded
    quoth.quote("When did the harbour open?", [HARBOUR, FERRY], encoder=encoder)
    assert encoder.encoded - before < 4  # the question, and names of it


def test_the_event_loop_goes_on_with_to_thread() -> None:
    encoder = WaitingEncoder()
    found = while_the_loop_goes_on(encoder, lambda: asyncio.to_thread(quoth.quote, QUESTION, [FERRY], encoder=encoder))
    assert found == quoted(QUESTION, [FERRY])


@pytest.mark.model
def test_haystack_s_reader_gives_extracted_answers() -> None:
    from haystack import Document

    from haystack_integrations.components.readers.quoth import QuothReader

    other = "The crossing takes forty minutes, the captain says."
    documents = [Document(content=HARBOUR), Document(content=FERRY, meta={"title": "Ferries"})]
    reader = QuothReader()
    reader.warm_up()
    result = reader.run(QUESTION, documents)
    answer = result["answers"][0]
    assert (answer.data, answer.document, answer.query) == (
        "The crossing takes fifty minutes.", documents[1], QUESTION
    )  # fmt: skip
    assert FERRY[answer.document_offset.start : answer.document_offset.end] == answer.data
    assert [FERRY[a:b] for a, b in answer.meta["highlights"]] == ["fifty minutes"]
    assert (answer.meta["citation"], answer.score) == ("Ferries", result["confidence"])
    assert asyncio.run(reader.run_async(QUESTION, documents)) == result
    (pair,) = reader.run(QUESTION, [*documents, Document(content=other)])["disagreements"]
    assert {each.document.content for each in pair} == {FERRY, other}
    missing = reader.run("Who won the chess match?", documents)
    assert missing["answers"] == []
    assert missing["nearest"]
    assert reader.run(QUESTION, [])["confidence"] == 0.0
