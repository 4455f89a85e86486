"""The retrievers for LangChain, LlamaIndex and Haystack, on one library with the tiny encoder.

The frameworks are imported in the tests, because it takes seconds and not every process runs these.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quoth import Filter, Library, NoArticles
from tests.retrieving import WaitingEncoder, while_the_loop_goes_on, write_articles

ROOT = Path(__file__).parent.parent
FIELDS = {
    "source", "title", "author", "published", "url", "language", "tags", "collection", "article_id",
    "start", "end", "page", "heading",
}  # fmt: skip
FERRY = "How long does the crossing take?"


class Found(NamedTuple):
    """A document of any framework."""

    id: str
    text: str
    metadata: dict[str, Any]
    score: float


class Framework(NamedTuple):
    """How a framework retrieves, at once and with an event loop."""

    retrieve: Callable[..., list[Found]]
    aretrieve: Callable[..., Any]


def langchain(library: object, **options: Any) -> Framework:
    from quoth.langchain import QuothRetriever

    given = {"k": options.get("k", 5), "filter": options.get("filters")}
    retriever = QuothRetriever(library=library, **given)  # type: ignore[arg-type]

    def found(documents: list[Any]) -> list[Found]:
        scores = [document.metadata.pop("score") for document in documents]
        return [Found(d.id, d.page_content, d.metadata, s) for d, s in zip(documents, scores, strict=True)]

    async def aretrieve(question: str) -> list[Found]:
        return found(await retriever.ainvoke(question))

    return Framework(lambda question: found(retriever.invoke(question)), aretrieve)


def llama_index(library: object, **options: Any) -> Framework:
    from quoth.llama_index import QuothRetriever

    retriever = QuothRetriever(library, options.get("k", 5), options.get("filters"))  # type: ignore[arg-type]

    def found(nodes: list[Any]) -> list[Found]:
        for each in nodes:
            assert each.node.ref_doc_id == each.metadata["source"]
            assert (each.node.start_char_idx, each.node.end_char_idx) == (each.metadata["start"], each.metadata["end"])
        return [Found(each.node_id, each.text, each.metadata, each.score) for each in nodes]

    async def aretrieve(question: str) -> list[Found]:
        return found(await retriever.aretrieve(question))

    return Framework(lambda question: found(retriever.retrieve(question)), aretrieve)


def haystack(library: object, **options: Any) -> Framework:
    from haystack_integrations.components.retrievers.quoth import QuothRetriever

    retriever = QuothRetriever(library, options.get("k", 5), options.get("filters"))  # type: ignore[arg-type]

    def found(result: dict[str, list[Any]]) -> list[Found]:
        return [Found(d.id, d.content, d.meta, d.score) for d in result["documents"]]

    async def aretrieve(question: str) -> list[Found]:
        return found(await retriever.run_async(question))

    return Framework(lambda question: found(retriever.run(question)), aretrieve)


FRAMEWORKS = [langchain, llama_index, haystack]
each_framework = pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda function: function.__name__)


@pytest.fixture(scope="module")
def encoder() -> WaitingEncoder:
    return WaitingEncoder()


@pytest.fixture(scope="module")
def library(encoder: WaitingEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("retrievers")
    with Library(folder / "library", encoder=encoder) as library:
        library.add(write_articles(folder))
        yield library


@each_framework
def test_the_passages_are_those_of_the_library(framework: Callable[..., Framework], library: Library) -> None:
    found, hits = framework(library).retrieve(FERRY), library.retrieve(FERRY)
    assert [(f.text, f.score) for f in found] == [(hit.passage.text, hit.score) for hit in hits]
    assert len({f.id for f in found}) == len(found) == 5
    for one, hit in zip(found, hits, strict=True):
        assert one.text == hit.article.text[one.metadata["start"] : one.metadata["end"]]
        assert one.metadata["article_id"] == hit.article.id
        assert set(one.metadata) == FIELDS
        json.dumps(one.metadata)


@each_framework
def test_the_metadata_of_a_passage(framework: Callable[..., Framework], library: Library) -> None:
    (crossing,) = [f for f in framework(library).retrieve(FERRY) if "crossing takes" in f.text]
    known = crossing.metadata
    assert known["source"].endswith("ferry.md")
    assert (known["title"], known["author"], known["published"]) == ("The ferry", "Ann Lee", "2025-05-03")
    assert (known["url"], known["language"]) == ("https://example.org/ferry", "en")
    assert (known["heading"], known["page"]) == ("Crossing", None)
    assert (known["tags"], known["collection"]) == (["boats"], None)
    (tides,) = [f for f in framework(library, k=9).retrieve("When was high water?") if "noon" in f.text]
    assert tides.metadata["page"] == 2


@settings(max_examples=15)
@given(question=st.lists(st.sampled_from(["Léon", "noon", "lamps", "fare", "🙂", "the?"])), k=st.integers(1, 9))
def test_every_text_is_its_slice_of_the_article(library: Library, question: list[str], k: int) -> None:
    texts = {article.id: article.text for article in library.articles()}
    asked = f"ferry {' '.join(question)}"
    expected = [hit.passage.text for hit in library.retrieve(asked, k)]
    for framework in FRAMEWORKS:
        found = framework(library, k=k).retrieve(asked)
        assert [f.text for f in found] == expected
        assert all(f.text == texts[f.metadata["article_id"]][f.metadata["start"] : f.metadata["end"]] for f in found)


@each_framework
def test_the_event_loop_goes_on_while_passages_are_retrieved(
    framework: Callable[..., Framework], library: Library, encoder: WaitingEncoder
) -> None:
    retriever = framework(library)
    found = while_the_loop_goes_on(encoder, lambda: retriever.aretrieve(FERRY))
    assert found == retriever.retrieve(FERRY)


@each_framework
def test_a_library_that_is_not_there_is_named(
    framework: Callable[..., Framework], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(NoArticles, match=r"There is no library in .*missing"):
        framework(tmp_path / "missing").retrieve(FERRY)
    monkeypatch.setenv("QUOTH_LIBRARY", str(tmp_path / "nowhere"))
    with pytest.raises(NoArticles, match="nowhere"):
        framework(None).retrieve(FERRY)


@each_framework
def test_a_filter_of_quoth(framework: Callable[..., Framework], library: Library) -> None:
    for filters in (
        Filter(author="ann"), {"author": "LEE", "since": "2025-05-03", "until": dt.date(2025, 5, 3)},
        {"tags": ["Boats"]}, {"sources": [a.source for a in library.articles() if a.title == "The ferry"]},
    ):  # fmt: skip
        found = framework(library, filters=filters).retrieve(FERRY)
        assert {f.metadata["title"] for f in found} == {"The ferry"}
    with pytest.raises(NoArticles, match="No article matches these filters"):
        framework(library, filters={"since": "2026-01-01"}).retrieve(FERRY)
    for filters, message in (
        ({"writer": "Ann"}, "no field 'writer'. Its fields are sources, author, since"), ({"since": "soon"}, "since"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            framework(library, filters=filters).retrieve(FERRY)


# ---- LangChain ------------------------------------------------------------------------------------------------------


def test_langchain_takes_k_and_filter_with_each_question(library: Library) -> None:
    from quoth.langchain import QuothRetriever

    retriever = QuothRetriever(library=library, k=2)
    assert [len(retriever.invoke(FERRY)), len(retriever.invoke(FERRY, k=4))] == [2, 4]
    (only,) = asyncio.run(retriever.ainvoke(FERRY, k=1, filter={"author": "lee"}))
    assert only.metadata["author"] == "Ann Lee"
    assert retriever.batch([FERRY, "lamps"], k=1)[1][0].metadata["title"] == "Piers"


def test_langchain_saves_a_retriever(library: Library) -> None:
    from quoth.langchain import QuothRetriever

    retriever = QuothRetriever(library=library, k=3, filter=Filter(author="lee", since=dt.date(2025, 1, 1)))
    saved = json.loads(retriever.model_dump_json())
    assert (saved["library"], saved["k"]) == (library.name, 3)
    again = QuothRetriever.model_validate(saved)
    assert (again.library, again.k, again.filter) == (library.name, 3, retriever.filter)
    with pytest.raises(ValueError, match="k"):
        QuothRetriever(library=library, k=0)


def test_a_password_is_neither_saved_nor_shown() -> None:
    from quoth.langchain import QuothRetriever

    retriever = QuothRetriever(library="postgresql://ann:secret@127.0.0.1/articles")  # opened at the first question
    assert "secret" not in retriever.model_dump_json() + repr(retriever)
    assert "127.0.0.1" in retriever.model_dump()["library"]


# ---- LlamaIndex -----------------------------------------------------------------------------------------------------


def test_llama_index_filters_by_metadata(library: Library) -> None:
    from llama_index.core.vector_stores.types import FilterCondition, FilterOperator, MetadataFilter, MetadataFilters

    ann = MetadataFilter(key="author", value="Ann Lee")
    new = MetadataFilter(key="published", value="2025-01-01", operator=FilterOperator.GTE)
    piers = MetadataFilter(key="title", value="Piers")

    def titles(*filters: Any, condition: FilterCondition = FilterCondition.AND) -> set[str]:
        given = MetadataFilters(filters=[*filters], condition=condition)
        return {found.metadata["title"] for found in llama_index(library, k=9, filters=given).retrieve(FERRY)}

    either = MetadataFilters(filters=[ann, piers], condition=FilterCondition.OR)
    assert titles(ann, new) == {"The ferry"}
    assert titles(either) == {"The ferry", "Piers"}
    assert titles(either, new) == {"The ferry"}
    assert "Piers" not in titles(piers, condition=FilterCondition.NOT)
    with pytest.raises(ValueError, match="cannot be filtered by 'heading', only by source, title"):
        titles(MetadataFilter(key="heading", value="Crossing"))


def test_llama_index_shows_a_model_what_is_known(library: Library) -> None:
    from llama_index.core.schema import MetadataMode

    from quoth.llama_index import QuothRetriever

    retriever = QuothRetriever(library)
    retriever.similarity_top_k = 1
    (found,) = retriever.retrieve(FERRY)
    shown = found.node.get_content(MetadataMode.LLM)
    assert "author: Ann Lee" in shown
    assert "article_id" not in shown
    assert "None" not in shown


# ---- Haystack -------------------------------------------------------------------------------------------------------


def test_haystack_filters_by_metadata(library: Library) -> None:
    from haystack_integrations.components.retrievers.quoth import QuothRetriever

    retriever = QuothRetriever(library, top_k=9)
    ann = {"field": "meta.author", "operator": "==", "value": "Ann Lee"}
    new = {"field": "meta.published", "operator": ">=", "value": "2025-01-01"}
    piers = {"field": "title", "operator": "in", "value": ["Piers"]}

    def titles(filters: dict[str, Any]) -> set[str]:
        return {document.meta["title"] for document in retriever.run(FERRY, filters)["documents"]}

    assert titles({"operator": "AND", "conditions": [ann, new]}) == {"The ferry"}
    assert titles({"operator": "OR", "conditions": [ann, piers]}) == {"The ferry", "Piers"}
    assert "Piers" not in titles({"operator": "NOT", "conditions": [piers]})
    assert titles(new) == {"The ferry"}
    assert titles({"field": "meta.tags", "operator": "==", "value": ["boats"]}) == {"The ferry"}
    with pytest.raises(ValueError, match="cannot be filtered by 'page'"):
        titles({"field": "meta.page", "operator": "==", "value": 2})
    assert len(retriever.run(FERRY, top_k=2)["documents"]) == 2


def test_haystack_saves_and_loads_a_pipeline(library: Library) -> None:
    from haystack import Pipeline

    from haystack_integrations.components.readers.quoth import QuothReader
    from haystack_integrations.components.retrievers.quoth import QuothRetriever

    pipeline = Pipeline()
    pipeline.add_component("retriever", QuothRetriever(library, 3, Filter(author="Ann Lee")))
    pipeline.add_component("reader", QuothReader(min_confidence=0.3))
    pipeline.connect("retriever.documents", "reader.documents")
    saved = pipeline.dumps()
    again = Pipeline.loads(saved)
    assert again.dumps() == saved
    retriever = again.get_component("retriever")
    assert (retriever.library, retriever.top_k) == (library.name, 3)
    assert retriever.filters == Filter(author="Ann Lee").to_dict()
    assert again.get_component("reader").min_confidence == 0.3
    with pytest.raises(ValueError, match="top_k must be at least 1"):
        QuothRetriever(top_k=0)


# ---- without the frameworks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "missing", "extra"),
    [
        ("quoth.langchain", "langchain_core", "langchain"), ("quoth.llama_index", "llama_index", "llama-index"),
        ("haystack_integrations.components.retrievers.quoth", "haystack", "haystack"),
        ("haystack_integrations.components.readers.quoth", "haystack", "haystack"),
    ],
)  # fmt: skip
def test_a_missing_framework_is_named_with_its_extra(
    module: str, missing: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith(module) or name.split(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ImportError, match=rf"pip install 'quoth\[{extra}\]'"):
        import_module(module)


def test_quoth_alone_imports_no_framework() -> None:
    code = (
        "import sys, quoth; quoth.quote; quoth.Library; "
        "print({'langchain_core', 'llama_index', 'haystack'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "set()"
