"""LangChain's standard tests for retrievers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.retrievers import BaseRetriever
from langchain_tests.integration_tests import RetrieversIntegrationTests

from quoth import Library
from quoth.langchain import QuothRetriever
from tests.retrieving import write_articles
from tests.words import WordEncoder


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("langchain")
    with Library(folder / "library", encoder=WordEncoder()) as library:
        library.add(write_articles(folder))
        yield library


# the mark is meant for the one test that is async; it may not be overridden to get it alone
@pytest.mark.filterwarnings("ignore:The test .* is marked with '@pytest.mark.asyncio'")
@pytest.mark.asyncio
class TestQuothRetriever(RetrieversIntegrationTests):
    library: Library

    @pytest.fixture(autouse=True)
    def articles(self, library: Library) -> None:
        self.library = library

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return QuothRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"library": self.library}

    @property
    def retriever_query_example(self) -> str:
        return "How long does the crossing take?"
