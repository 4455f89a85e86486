"""Codes of letters and digits, telephone numbers and other long numbers that the articles name, or do not name."""

from __future__ import annotations

import pytest

from quoth import Library, ask
from quoth.qa.question.codes import Code, codes


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("What does the KX-4471 cost?", [("KX-4471", True)]),
        ("what is cve-2020-11023", [("cve-2020-11023", True)]),
        ("Who needs form 1040-EZ?", [("1040-EZ", True)]),
        ("Is 192.168.7.20 a printer?", [("192.168.7.20", True)]),
        ("Which book is ISBN 978-1-4028-9462-6?", [("978-1-4028-9462-6", True)]),
        ("Who answers at +46 8 123 45 67?", [("+46 8 123 45 67", True)]),
        ("Who answers at 555-0199?", [("555-0199", True)]),
        ("How did COVID-19 change B2B trade and GPT-4?", [("COVID-19", False), ("B2B", False), ("GPT-4", False)]),
        ("How many of the 1990s houses, 20th in line, have 16GB, 500ml or 50-year-old pipes?", []),
        ("Who paid USD500, $500K or 1.200.000 from 2014-2015, on 2019-05-04 or 4.5.2019?", []),
        ("Were there 2500 people in 2019 and 1000-2000 in 2020?", []),
        ("Did 4500000 people vote, and were 2000000 300 times as many?", []),
        ("Who reads mail to desk7@sea12.org at http://sea12.org/a1234?", []),
    ],
)
def test_codes_in_questions(question: str, found: list[tuple[str, bool]]) -> None:
    assert [(code.text, code.certain) for code in codes(question)] == found


@pytest.mark.parametrize(
    ("code", "text", "named"),
    [
        ("KX-4471", "The KX4471 is blue.", True),
        ("KX4471", "The kx – 4471 is blue.", True),
        ("KX-4471", "The KX\n4471 is blue.", True),
        ("KX-4471", "The KX-4417 is blue.", False),
        ("KX-4471", "The KX-44711 is blue.", False),
        ("KX-4471", "The pump is blue.", None),
        ("KX-4471", "The KX-4417 and the KX-4471s are blue.", True),
        ("CVE-2020-11023", "CVE-2020-1102 is fixed.", False),
        ("1040-EZ", "Take form 1040EZ.", True),
        ("978-1-4028-9462-6", "ISBN 9781402894626", True),
        ("978-1-4028-9462-6", "ISBN 978-1-4028-9462-7", False),
        ("+46 8 123 45 67", "Call (08) 123 45 67.", True),
        ("+46 8 123 45 67", "Call (08) 123 45 76.", False),
        ("F-16", "F-15s flew.", False),
        ("A4", "It was a 3 m board.", None),
    ],
)
def test_written_forms_of_a_code(code: str, text: str, named: bool | None) -> None:
    assert Code(code, True).is_named_in(text) is named


def test_of_several_codes_the_last_counts() -> None:
    assert Code("KX-4471", True).is_named_last_in("The KX-4471 is blue. The KX-4417 is red.") is False
    assert Code("KX-4471", True).is_only_one_in("The KX-4471 is blue. It is sold with the BT-90.")
    assert not Code("KX-4471", True).is_only_one_in("The KX-4471 is blue. The KX-4417 is red.")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("shop")
    files = {
        "pumps.md": "# Pumps of Marten & Sons\n\nThe KX-4417 lifts 40 litres a minute and weighs nine kilograms. The"
        " KX-4420 lifts 65 litres a minute and weighs twelve kilograms.\n\nAll pumps run on 24 volts.\n",
        "winch.md": "# The winch TR-830\n\nThe winch is made for boats of up to six metres.\n\n## Care\n\nOil the drum"
        " every spring with two spoons of linseed oil.\n",
        "prices.csv": "Part,Price in crowns,Stock\nHX-2201,140,12\nHX-2210,155,3\nHX-2211,90,40\n",
        "flaws.md": "# Flaws mended this year\n\nCVE-2020-11023 lets a stranger read the visitors' book. It was mended"
        " on 4 May.\n\nCVE-2020-11053 lets a stranger lock the gate. It was mended on 9 June.\n",
        "rules.md": "# Rules of the mooring club\n\n## 9.3 Fees\n\nThe yearly fee is 300 crowns.\n\n## 9.5 Keys\n\nA"
        " lost key costs 80 crowns.\n",
        "staff.md": "# Stores\n\nWarehouse 12 holds 400 tonnes of salt. The firm has 900 employees, who load 30 lorries"
        " a day.\n\nThe night porter answers at 08-123 45 67. The chandler answers at 08-123 54 76.\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    library = Library(tmp_path_factory.mktemp("library") / "library")
    library.add([folder])
    return library


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How much does the KX-4417 weigh?", "weighs nine kilograms"),
        ("how much does the kx4420 weigh", "weighs twelve kilograms"),
        ("How much does the KX 4420 weigh?", "weighs twelve kilograms"),
        ("With what is the drum of the TR-830 oiled?", "linseed oil"),
        ("What is the price of HX2210?", "155"),
        ("What does CVE-2020-11053 let a stranger do?", "lock the gate"),
        ("What does CVE 2020-11053 let a stranger do?", "lock the gate"),
        ("How high is the fee in section 9.3?", "300 crowns"),
        ("How much salt does warehouse 12 hold?", "400 tonnes"),
        ("Who answers at 081234567?", "night porter"),
    ],
)
def test_what_the_articles_name_is_found_however_it_is_written(shop: Library, question: str, words: str) -> None:
    assert words in ask(question, library=shop).quotes[0].text


@pytest.mark.model
@pytest.mark.parametrize(
    "question",
    [
        "How much does the KX-4471 weigh?",
        "How much does the kx4471 weigh?",
        "With what is the drum of the TR-380 oiled?",
        "What is the price of HX-2212?",
        "What does CVE-2020-11032 let a stranger do?",
        "How high is the fee in section 9.4?",
        "How much salt does warehouse number 900 hold?",
        "Who answers at 08-123 45 76?",
    ],
)
def test_what_the_articles_do_not_name_is_not_found(shop: Library, question: str) -> None:
    assert not ask(question, library=shop).found
