"""Languages other than English: words, sentences, dates, and normalised text."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import numpy as np
import pytest

from quoth import Library, ask
from quoth.index.reading.dispatch import read
from quoth.index.reading.document import Block
from quoth.index.reading.metadata.dates import as_date
from quoth.index.reading.metadata.language import detectable, language_of
from quoth.index.sync.chunk import cut
from quoth.index.text.analysis import LANGUAGES, stems, word_spans
from quoth.index.text.normalize import normalised
from quoth.index.text.vocabulary import abbreviations, plain_form, spellings
from quoth.qa.verify import places
from tests.made import write


@pytest.mark.parametrize(
    ("text", "language", "sentences"),
    [
        ("Am 3. Oktober 1990 war es so weit. Die Feier begann um z. B. acht Uhr.", "de", 2),
        ("El Sr. García llegó. La Sra. Ruiz no vino.", "es", 2),
        ("これは文です。次の文です！三つ目？", "ja", 3),
        ("यह वाक्य है। दूसरा वाक्य।", "hi", 2),
        ("هل هذا سؤال؟ نعم هو كذلك.", "ar", 2),
        ("Ducks swim.[5] They also fly.[6][7]", "en", 2),
    ],
)
def test_sentences_end_by_the_rules_of_the_language(text: str, language: str, sentences: int) -> None:
    pieces = np.array([m.span() for m in re.finditer(r"\S+", text)])
    (passage,) = cut(text, [Block("prose", 0, len(text))], pieces, 200, language)
    assert len(passage.sentences) == sentences
    assert "".join(text[a:b] for a, b in passage.sentences).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("decisiones", "decisión", "es"),
        ("Häuser", "Haus", "de"),
        ("nationales", "national", "fr"),
        ("decisions", "decision", "en"),
    ],
)
def test_words_with_one_stem_in_their_language_are_equal(one: str, other: str, language: str) -> None:
    assert stems(one, language) == stems(other, language)


def test_stop_words_are_those_of_the_language() -> None:
    assert stems("de la", "es") == []
    assert stems("der die das", "de") == []


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        ("cli-\nmate change", "climate change"), ("Gesamt\xadkon\xadzept", "Gesamtkonzept"), ("ﬁnd", "find"),
        ("10\u202f000", "10 000"), ("Cafe\u0301", "Café"), ("plain", "plain"), ("well-\nKnown", "well-\nKnown"),
    ],
)  # fmt: skip
def test_text_is_normalised_and_every_letter_keeps_its_offset(text: str, copy: str) -> None:
    result, offsets = normalised(text)
    assert result == copy
    if offsets is not None:
        assert len(offsets) == len(result) + 1
        assert all(
            text[offset] == letter
            for offset, letter in zip(offsets, result, strict=False)
            if letter.isascii() and letter.isalpha() and text[offset].isascii()
        )
    assert all(text[a:b].strip() for a, b in word_spans(text))


@pytest.mark.parametrize(
    ("line", "language", "day"),
    [
        ("12. März 2024", "de", dt.date(2024, 3, 12)), ("3.5.2024", "de", dt.date(2024, 5, 3)),
        ("3.5.2024", "en", None), ("10/11/25", "en", None), ("31/10/2025", "en", dt.date(2025, 10, 31)),
        ("10 novembre 2025", "fr", dt.date(2025, 11, 10)), ("3 de mayo de 2024", "es", dt.date(2024, 5, 3)),
        ("2025年10月31日", "ja", dt.date(2025, 10, 31)), ("Friday 3 May 2024 10.15 BST", None, dt.date(2024, 5, 3)),
        ("May 2024", None, None), ("2024", None, None), ("The war began on 3 May 2024", "en", None),
        ("10/11/2025", None, None), ("10/11/2025", "fr", dt.date(2025, 11, 10)), ("10/11/2025", "hu", None),
        ("2024. 03. 12.", "hu", dt.date(2024, 3, 12)), ("12 March 2024", "sv", dt.date(2024, 3, 12)),
        ("Publicerad 12 mars 2024", "sv", dt.date(2024, 3, 12)), ("٣ أكتوبر ١٩٩٠", "ar", dt.date(1990, 10, 3)),
    ],
)  # fmt: skip
def test_dates_are_read_in_the_language_of_the_article_and_ambiguous_ones_are_ignored(
    line: str, language: str | None, day: dt.date | None
) -> None:
    assert as_date(line, language) == day


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("ar", "12 مارس 2024"), ("da", "12. marts 2024"), ("nl", "12 maart 2024"), ("fi", "12. maaliskuuta 2024"),
        ("fr", "12 mars 2024"), ("de", "12. März 2024"), ("el", "12 Μαρτίου 2024"), ("hu", "2024. március 12."),
        ("it", "12 marzo 2024"), ("no", "12. mars 2024"), ("nb", "12. mars 2024"), ("nn", "12. mars 2024"),
        ("pt", "12 de março de 2024"), ("ro", "12 martie 2024"), ("ru", "12 марта 2024 г."), ("sv", "12 mars 2024"),
        ("es", "12 de marzo de 2024"), ("ta", "12 மார்ச் 2024"), ("tr", "12 Mart 2024"), ("pl", "12 marca 2024"),
        ("en", "12 March 2024"),
    ],
)  # fmt: skip
def test_dates_are_read_in_every_language_that_has_stems_and_in_unknown_ones(language: str, line: str) -> None:
    assert as_date(line, language) == as_date(line) == dt.date(2024, 3, 12)
    assert as_date("12.3.2024", language) == (None if language == "en" else dt.date(2024, 3, 12))


def test_the_language_is_detected_and_the_byline_is_read_in_it() -> None:
    text = (
        "Der lange Kai\n\nVon Mara Quist\n\n12. März 2024\n\nDer lange Kai wurde im Frühjahr ausgebessert, "
        "und Boote dürfen dort wieder liegen. Die Stadt hat dafür zwei Jahre lang gespart.\n"
    )
    (article,) = read("a.txt", text.encode())
    assert (article.language, article.author, article.published) == ("de", "Mara Quist", dt.date(2024, 3, 12))


def test_a_question_finds_articles_in_its_language_by_stems(tmp_path: Path, library: Library) -> None:
    write(
        tmp_path,
        "es.txt",
        "El puente viejo fue construido por los ingenieros de la ciudad en tres veranos, "
        "y todavía lleva los coches al puerto cada día.\n",
    )
    write(
        tmp_path,
        "en.txt",
        "The old lighthouse was built by the engineers of the town in three summers, "
        "and it still shows the ships the way every night.\n",
    )
    library.add([tmp_path / "es.txt", tmp_path / "en.txt"])
    assert {a.language for a in library.articles()} == {"es", "en"}
    assert library.snapshot().language_of("¿Quién construyó el puente?") == "es"
    assert library.snapshot().language_of("Who built the lighthouse?") == "en"
    answer = ask("¿Qué ingeniero construyó los puentes viejos?", library=library, min_confidence=0)
    assert answer.quotes[0].article.source.endswith("es.txt")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_an_article_of_every_language_is_added_asked_searched_and_removed(
    language: str, tmp_path: Path, library: Library
) -> None:
    write(tmp_path, "quay.md", f'---\nlanguage: "{language}"\n---\n\nXylander wurde 1911 Bürgermeister von Köprü.\n')
    write(tmp_path, "ferry.txt", "The ferry sails at nine.\n")
    library.add([tmp_path / "quay.md", tmp_path / "ferry.txt"])
    assert {article.language for article in library.articles()} == {language, None}
    assert library.ask("Xylander 1911?", min_confidence=0).quotes[0].article.source.endswith("quay.md")
    assert library.find("Xylander").total == 1
    assert len(library.remove(tmp_path / "quay.md").removed) == 1
    assert library.find("ferry").total == 1


def test_articles_of_every_language_that_can_be_detected_share_a_library(tmp_path: Path, library: Library) -> None:
    (tmp_path / "gone").mkdir()
    (tmp_path / "kept").mkdir()
    numbers = {language: 4000 + i for i, language in enumerate(sorted(detectable()))}
    for language, number in numbers.items():
        folder = "kept" if language == "xh" else "gone"
        write(tmp_path / folder, f"{language}.md", f'---\nlanguage: "{language}"\n---\n\nVelnor {number} kwarx.\n')
    library.add([tmp_path])
    assert {article.language for article in library.articles()} == numbers.keys()
    assert library.find("velnor").total == len(numbers)
    for language, number in numbers.items():
        assert library.ask(f"Velnor {number}?", min_confidence=0).quotes, language
        assert [quotes[0].article.language for quotes in library.find(str(number)).by_article] == [language]
    assert len(library.remove(tmp_path / "gone").removed) == len(numbers) - 1
    assert library.find("kwarx").total == 1


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Kobiety pisały książki i w domu", "pl", ["kobiety", "pisaly", "ksiazki", "domu"]),
        ("the running boats", "xx", ["the", "running", "boats"]),
        ("Casa și marea", "ro", ["cas", "mar"]),
        ("Το σπίτι και η θάλασσα", "el", ["σπιτ", "θαλασσ"]),
        ("مُحَمَّد في البيت", "ar", ["محمد", "بيت"]),
        ("டாக்டர்கள்", "ta", ["டாக்டர்"]),
        ("हिन्दी में लिखा है।", "hi", ["हिन्दी", "लिखा"]),
        ("上海", "zh", ["上", "海"]),
        ("İSTANBUL Işık", "tr", ["istanbul", "isik"]),
    ],
)
def test_words_are_those_of_their_language_without_its_stop_words(
    text: str, language: str, expected: list[str]
) -> None:
    assert stems(text, language) == expected


@pytest.mark.parametrize(("stated", "code"), [("eng", "en"), ("ger", "de"), ("pt-BR", "pt"), ("grc", "grc")])
def test_a_stated_language_has_two_letters_if_there_are_two(stated: str, code: str) -> None:
    assert language_of("", stated) == code


def test_an_unknown_language_that_is_stated_is_detected() -> None:
    text = "Die alte Brücke über den Fluss wurde im letzten Jahr von der Stadt ausgebessert und ist wieder offen."
    assert language_of(text, "und") == "de"


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        ("1,250³ people in 1911⁴.", "1,250 people in 1911."), ("4 × 10⁶ or 10⁻³", "4 × 10^6 or 10^-3"),
        ("900 m², 7 kg/m³", "900 m2, 7 kg/m3"), ("CO₂, H₂O, ¹⁴C, Ca²⁺", "CO2, H2O, 14C, Ca2+"),
        ("¹See ¹²He, Plan A¹ for 10¹ men", "See He, Plan A for 10 men"),
        ("XIXᵉ siècle", "XIXe siècle"), ("inter\u200bnational\u2060ly", "internationally"),
        ("Süd-\nÖsterreich", "Süd-\nÖsterreich"), ("Süd-\nöstlich", "Südöstlich"), ("1\u2009240", "1 240"),
        ("מֹשֶׁה", "משה"),
    ],
)  # fmt: skip
def test_raised_lowered_and_invisible_characters_are_matched_as_people_type_them(text: str, copy: str) -> None:
    assert normalised(text)[0] == copy


@pytest.mark.parametrize(
    ("text", "words"),
    [("1911⁴ fire", ["1911", "fire"]), ("ab\u200bc\u200b d", ["ab\u200bc", "d"]), ("900 m² of", ["900", "m²", "of"])],
)
def test_the_span_of_a_word_ends_before_the_mark_of_a_note(text: str, words: list[str]) -> None:
    assert [text[a:b] for a, b in word_spans(text)] == words


def test_words_are_found_through_marks_and_invisible_characters(tmp_path: Path, library: Library) -> None:
    text = "The parish had 1,250³ people, a har\u00adbour of 900 m² and an inter\u200bnational CO₂ store.\n"
    write(tmp_path, "parish.txt", text)
    library.add([tmp_path / "parish.txt"])
    for typed, found in {
        '"1,250 people"': "1,250³ people", '"harbour of 900 m2"': "har\u00adbour of 900 m²",
        "international": "inter\u200bnational", "CO2": "CO₂", '"1,250"': "1,250",
    }.items():  # fmt: skip
        ((quote,),) = library.find(typed).by_article
        assert [quote.article.text[a:b] for a, b in quote.highlights] == [found]


def test_a_sentence_is_verified_through_the_mark_of_a_note(tmp_path: Path, library: Library) -> None:
    write(tmp_path, "mill.txt", "The mill burned down in 1911⁴. It had fed 1,250³ people.\n")
    library.add([tmp_path / "mill.txt"])
    (place,) = places("The mill burned down in 1911.", library)
    assert (place.status, place.text) == ("changed", "The mill burned down in 1911⁴.")


def test_letters_that_grow_in_small_letters_do_not_shift_the_words_of_an_abbreviation() -> None:
    assert list(abbreviations("İİİİİ Consumer Electronics Show (CES)")) == [("CES", "Consumer Electronics Show")]
    assert spellings("people³ har\u00adbour டாக்டர்") == {"people", "harbour", "டாக்டர்"}
    assert plain_form("Café") == "cafe"
    assert plain_form("கி") != plain_form("கா")
