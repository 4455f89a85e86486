"""For any text, every block, passage, sentence and quote is a slice of the text."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from quoth import Library, ask
from quoth.index.reading.formats.markdown import markdown_blocks
from quoth.index.reading.formats.text import plain_blocks
from quoth.index.sync.chunk import MAX_CHARS, cut
from tests.conftest import WordEncoder

TEXTS = st.lists(
    st.one_of(
        st.text(max_size=60),
        st.sampled_from([
            "The truce lasts one year. It was signed in Busan.", "A heading", "- an item of a list that says something",
            "\r\n", "\n\n", "\r", "a" * 1500, "word " * 400, "「昨年、政府は決定した。」",
            "e\u0301 \u202e مرحبا بالعالم.", "🙂 🙃", "# Title", "| a | b |",
        ]),
    ),
    max_size=12,
).map("\n".join)  # fmt: skip


@given(TEXTS)
def test_blocks_are_ordered_slices_without_white_space_at_the_ends(text: str) -> None:
    for blocks in (plain_blocks(text), markdown_blocks(text)):
        at = 0
        for block in blocks:
            assert at <= block.start < block.end <= len(text)
            assert text[block.start : block.end] == text[block.start : block.end].strip()
            at = block.end


@given(TEXTS)
def test_passages_contain_whole_sentences_and_fit_the_model(text: str) -> None:
    encoder = WordEncoder()
    pieces = encoder.word_pieces(text)
    for passage in cut(text, plain_blocks(text), pieces, 90):
        assert passage.start == passage.sentences[0][0]
        assert passage.end == passage.sentences[-1][1]
        assert passage.end - passage.start <= MAX_CHARS
        assert sum(passage.start <= start < passage.end for start, _ in pieces) <= 90
        for start, end in passage.sentences:
            assert passage.start <= start < end <= passage.end


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, st.sampled_from([".txt", ".md"]))
def test_every_quote_equals_its_slice_of_the_file(text: str, suffix: str) -> None:
    body = text + "\n\nThe truce was signed in Busan by both leaders."
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"article{suffix}"
        file.write_bytes(body.encode())
        library = Library(Path(folder) / "library", encoder=WordEncoder())
        changes = library.add([file])
        assume(not changes.rejected)
        answer = ask("Where was the truce signed?", library=library)
        for quote in answer.quotes:
            assert quote.article.text == file.read_bytes().decode("utf-8-sig")  # a byte-order mark is not text
            assert quote.text == quote.article.text[quote.start : quote.end]
            assert all(quote.start <= a < b <= quote.end for a, b in quote.highlights)
