"""Tables of data (CSV, TSV, JSONL): one article, or one for each row; a bad row does not refuse the others."""

from __future__ import annotations

import json

import pytest

from quoth.index.errors import UnreadableFile
from quoth.index.reading.dispatch import read
from quoth.index.reading.document import ParsedArticle, Refused

PROSE = (
    "The keeper rang the bell by hand through every night of fog. He was paid two crowns a night for it, and a coat. "
)


def articles(name: str, data: bytes | str) -> tuple[list[ParsedArticle], list[Refused]]:
    found = [*read(name, data.encode() if isinstance(data, str) else data)]
    return [f for f in found if isinstance(f, ParsedArticle)], [f for f in found if isinstance(f, Refused)]


@pytest.mark.parametrize(
    "data",
    [
        b"Port,Tonnes\nTarn,804\nOrrin,655\n",
        b"Port;Tonnes\r\nTarn;804\r\nOrrin;655\r\n",
        b"sep=;\r\nPort;Tonnes\r\nTarn;804\r\nOrrin;655\r\n",
        b"\xef\xbb\xbfPort\tTonnes\nTarn\t804\n\nOrrin\t655",
        "Port\tTonnes\nTarn\t804\nOrrin\t655\n".encode("utf-16"),
    ],
)
def test_a_table_without_a_column_of_text_is_one_article_with_its_header(data: bytes) -> None:
    (article,), refused = articles("/data/landings_by-port.csv", data)
    assert article.text == "Port | Tonnes\n--- | ---\nTarn | 804\nOrrin | 655"
    assert (article.title, article.name, refused) == ("landings by port", "", [])


def test_decimal_commas_and_separators_within_cells_are_kept() -> None:
    (article,), _ = articles("a.csv", 'Ort;Preis\nSalzhaus;7,50\n"Zoll; Turm";4,20\n')
    assert article.text.splitlines()[2:] == ["Salzhaus | 7,50", "Zoll; Turm | 4,20"]


def test_a_table_without_a_header_has_none_and_ragged_rows_are_kept() -> None:
    (article,), refused = articles("a.csv", "Tarn,804\nOrrin,655,old\nSkelby\n")
    assert article.text == "--- | --- | ---\nTarn | 804 | \nOrrin | 655 | old\nSkelby |  | "
    assert refused == []


def test_rows_with_paragraphs_are_articles_also_if_the_name_of_their_column_does_not_say_so() -> None:
    table = "Label,Use,Meaning\n" + "".join(f'Bell {n},required,"{PROSE * 2}"\n' for n in ("A", "B", "C"))
    found, refused = articles("a.csv", table)
    assert [article.title for article in found] == ["Bell A", "Bell B", "Bell C"]
    assert found[0].text == f"Label: Bell A\nUse: required\n\n{PROSE * 2}"
    assert refused == []
    (headless,), _ = articles("a.csv", "".join(f'Bell {n},"{PROSE * 2}"\n' for n in "ABC"))
    assert headless.text.count("Bell ") == 3


def test_a_column_called_article_that_holds_words_alone_is_data() -> None:
    (article,), _ = articles("a.csv", "article,price\nChair,12.50\nTable,30.00\n")
    assert article.text == "article | price\n--- | ---\nChair | 12.50\nTable | 30.00"
    found, _ = articles("a.csv", "id,text\n1,The ferry sails at nine.\n2,Dogs travel free.\n")
    assert [a.text for a in found] == ["The ferry sails at nine.", "Dogs travel free."]


def test_a_bad_row_is_reported_and_the_others_are_read() -> None:
    found, refused = articles("a.csv", f"title,text\nA,The ferry sails, at nine.\nB,{PROSE.replace(',', '')}\n")
    assert [article.title for article in found] == ["B"]
    assert [r.name for r in refused] == ["line 2"]
    found, refused = articles(
        "a.jsonl", f'{{"text": "The ferry sails."}}\n{{broken\n[1]\n{json.dumps({"text": PROSE})}\n'
    )
    assert [article.text for article in found] == ["The ferry sails.", PROSE]
    assert [r.name for r in refused] == ["line 2", "line 3"]
    with pytest.raises(UnreadableFile, match="line 1: it is not valid JSON"):
        articles("a.jsonl", "{broken\n")


def test_a_quotation_mark_that_is_never_closed_costs_one_row() -> None:
    table = 'title,text\nA,"The ferry sails at nine.\nB,It rains in May.\nC,Dogs travel free.\n'
    found, refused = articles("a.csv", table)
    assert [article.title for article in found] == ["B", "C"]
    assert refused == [Refused("line 2", "its quotation mark is never closed")]


def test_objects_without_a_text_are_the_rows_of_one_table() -> None:
    (article,), _ = articles("a.jsonl", '{"port": "Tarn", "tonnes": 804}\n{"port": "Orrin", "open": true}\n')
    assert article.text == "port | tonnes | open\n--- | --- | ---\nTarn | 804 | \nOrrin |  | true"


def test_what_is_too_much_of_a_table_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quoth.index.reading.formats.csv_jsonl.MAX_CHARS", 100)
    (article,), (refused,) = articles("a.csv", "Pier,Boats\n" + "".join(f"Pier {n},{n}\n" for n in range(50)))
    assert "Pier 3 | 3" in article.text
    assert "divide it" in refused.reason


def test_what_comes_after_too_many_open_quotation_marks_is_reported_as_missing() -> None:
    """Every mark closes the cell that the line above it opens, and the last one is left over."""
    rows = "".join(f'boat {n}" long,"The crew rests\n' for n in range(150))
    data = f'id,text\nboat,The crew of the boat rests.\n{rows}boat 150,"The pier is long.\n'
    _, refused = articles("a.csv", data)
    assert "left out" in refused[-1].reason


def test_a_table_with_more_cells_than_can_be_shown_is_refused() -> None:
    rows = "".join(f'{{"boat {n}": 1}}\n' for n in range(5_000))
    with pytest.raises(UnreadableFile, match="cells; divide it"):
        articles("a.jsonl", rows)
