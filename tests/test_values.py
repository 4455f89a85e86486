"""Values of mentions: numbers in digits and words, durations, measures, sums of money and dates are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quoth.qa.extract.mentions import mentions
from quoth.qa.extract.numbers import number
from quoth.qa.extract.values import agree
from quoth.qa.question.answer_types import AnswerType


@pytest.mark.parametrize(
    ("answer_type", "a", "b", "same"),
    [
        (AnswerType.SHARE, "90%", "ninety percent", True),
        (AnswerType.SHARE, "90 %", "92 per cent", False),
        (AnswerType.SHARE, "half", "50%", True),
        (AnswerType.SHARE, "two-thirds", "67%", True),
        (AnswerType.SHARE, "majority", "90%", None),
        (AnswerType.NUMBER, "2,000 people", "1,987", True),
        (AnswerType.NUMBER, "17", "twelve", False),
        (AnswerType.NUMBER, "12%", "12 people", None),
        (AnswerType.MONEY, "$6.3 billion", "6,300 million dollars", True),
        (AnswerType.MONEY, "$6.3 billion", "$1.30 billion", False),
        (AnswerType.MONEY, "$5", "€5", None),
        (AnswerType.DURATION, "90 days", "three months", True),
        (AnswerType.DURATION, "one-year", "a decade", False),
        (AnswerType.DATE, "October 30", "30 Oct 2025", True),
        (AnswerType.DATE, "October 30", "November 1", False),
        (AnswerType.DATE, "2019", "October 20, 2019", True),
        (AnswerType.DATE, "Monday", "October 30", None),
        (AnswerType.NAME, "President Xi Jinping", "Xi", True),
        (AnswerType.NAME, "J. R. Keller", "R. Keller", True),
        (AnswerType.NAME, "CFIUS", "Committee on Foreign Investment in the United States", True),
        (AnswerType.LENGTH, "5 km", "5,000 m", True),
        (AnswerType.LENGTH, "3.1 miles", "5 km", True),
        (AnswerType.LENGTH, "150-centimetre", "1.5 metres", True),
        (AnswerType.LENGTH, "5 km", "6 km", False),
        (AnswerType.NUMBER, "20 °C", "68 degrees Fahrenheit", True),
        (AnswerType.NUMBER, "20 °C", "70 °F", False),
        (AnswerType.NUMBER, "412 grams", "0.412 kg", True),
        (AnswerType.SHARE, "nine in ten", "about 90 percent", True),
        (AnswerType.NUMBER, "21/28 patients", "75 percent", True),
        (AnswerType.MONEY, "10 000 euros", "€10,000", True),
        (AnswerType.TIME, "half past three", "3.30 a.m.", True),
        (AnswerType.TIME, "9 a.m.", "9 p.m.", False),
        (AnswerType.TIME, "17:40", "5.40 p.m.", True),
        (AnswerType.AGE, "46", "forty-six years", True),
        (AnswerType.PLACE, "U.S.", "United States", True),
        (AnswerType.PLACE, "Norway", "the U.S.", False),
        (AnswerType.DURATION, "one hour and thirty minutes", "90 minutes", True),
        (AnswerType.DURATION, "one hour and thirty minutes", "one minute", False),
        (AnswerType.DURATION, "two years and six months", "2½ years", True),
        (AnswerType.DURATION, "2 hours 15 minutes", "135 min", True),
        (AnswerType.DURATION, "2 h 15 min", "three hours", False),
        (AnswerType.DURATION, "9 hours and twenty minutes", "nine hours and fifty minutes", False),
        (AnswerType.DURATION, "a year and a half", "18 months", True),
        (AnswerType.DURATION, "three quarters of an hour", "45 minutes", True),
        (AnswerType.DURATION, "10 to 12 days", "11 days", True),
        (AnswerType.DURATION, "10–12 days", "20 days", False),
        (AnswerType.AGE, "six months", "2 years", False),
        (AnswerType.NUMBER, "hundreds of people", "450 people", None),
        (AnswerType.NUMBER, "5 to 6 million people", "5.5 million people", True),
        (AnswerType.NUMBER, "between 10 and 12 people", "15 people", False),
        (AnswerType.MONEY, "between $5 and $6 million", "$4 million", False),
        (AnswerType.MONEY, "half a million dollars", "$500,000", True),
        (AnswerType.MONEY, "US$5", "C$5", None),
        (AnswerType.MONEY, "50 pence", "£0.50", True),
        (AnswerType.SHARE, "12,5 Prozent", "12.5%", True),
        (AnswerType.NUMBER, "5 square miles", "5 mi²", True),
        (AnswerType.NUMBER, "5 sq mi", "13 km²", True),
        (AnswerType.LENGTH, "5 mi²", "5 miles", None),
        (AnswerType.NUMBER, "5 cubic yards", "5 yards", None),
        (AnswerType.LENGTH, "5 mi", "8 km", True),
        (AnswerType.MONEY, "1.200 euros", "1,200 euros", True),
        (AnswerType.MONEY, "1.200,50 euros", "€1,200.50", True),
        (AnswerType.MONEY, "1.200 euros", "€1,300", False),
        (AnswerType.MONEY, "3,5 million crowns", "3.5 million crowns", True),
        (AnswerType.MONEY, "5 Canadian dollars", "5 U.S. dollars", None),
        (AnswerType.MONEY, "C$5", "5 dollars", True),
        (AnswerType.MONEY, "20 Danish kroner", "20 Swedish kronor", None),
        (AnswerType.LENGTH, "5 square miles", "5 miles", None),
        (AnswerType.NUMBER, "900 m²", "900 m", None),
        (AnswerType.NUMBER, "900 m²", "0.09 hectares", True),
        (AnswerType.NUMBER, "2 km²", "200 hectares", True),
        (AnswerType.NUMBER, "3 m³", "3000 litres", True),
        (AnswerType.NUMBER, "4 × 10⁶", "4 million", True),
        (AnswerType.NUMBER, "4 × 10⁶", "4", False),
        (AnswerType.DATE, "February 29", "29 February 2024", True),
        (AnswerType.DATE, "February 29", "March 1", False),
        (AnswerType.DATE, "the 3rd of March", "March 3", True),
        (AnswerType.DATE, "March", "3 April 2020", False),
        (AnswerType.DATE, "spring of 2021", "March 2020", False),
        (AnswerType.DATE, "March 3-5, 2020", "March 4", True),
        (AnswerType.DATE, "2020-03-05", "March 6, 2020", False),
        (AnswerType.DATE, "44 BC", "45 BC", False),
        (AnswerType.DATE, "12. März 2024", "March 12, 2024", True),
        (AnswerType.DATE, "12 de marzo de 2024", "March 13, 2024", False),
    ],
)
def test_whether_two_mentions_agree(answer_type: AnswerType, a: str, b: str, same: bool | None) -> None:
    assert agree(answer_type, a, b) is same
    assert agree(answer_type, b, a) is same


@given(st.integers(1, 10**9), st.sampled_from(list(AnswerType)))
def test_everything_agrees_with_itself(value: int, answer_type: AnswerType) -> None:
    assert agree(answer_type, f"{value:,}", f"{value:,}") is not False


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("twenty-five", 25), ("two hundred thousand", 2e5), ("two thousand five hundred", 2500),
        ("three hundred and fifty thousand", 350_000), ("one hundred and five", 105), ("Twelve", 12),
        ("one million two hundred thousand", 1.2e6), ("nineteen hundred", 1900), ("twenty-five hundred", 2500),
        ("hundreds", None), ("a thousand", 1000), ("a million dollars", 1e6), ("a dozen", 12), ("two dozen", 24),
        ("a dozen or two", 12), ("three and a half", 3.5), ("three and four", 3), ("twenty and five hundred", 20),
        ("two of the three", 2), ("1,200", 1200), ("10 000", 10_000), ("6.3 billion", 6.3e9), ("2.5 million", 2.5e6),
        ("25 thousand", 25_000), ("$5 m", 5e6), ("5 m", 5), ("2½", 2.5), ("several", None), ("half", None), ("", None),
        ("4 × 10⁶", 4e6), ("4 x 10^6", 4e6), ("10⁻³", 1e-3), ("3,5", 3.5), ("1.200.000", 1.2e6), ("1’200", 1200),
        ("1,50,000", 150_000), ("1\u202f240", 1240), ("half a million", 500_000), ("half a dozen", 6),
        ("three-quarters of a million", 750_000), ("one and a half million", 1.5e6), ("1½ million", 1.5e6),
        ("three million and a half", 3.5e6), ("1/2", 0.5), ("2 1/2", 2.5), ("3,5 Millionen", 3.5e6),
        ("1.250.000", 1.25e6), ("1,5 milliards", 1.5e9), ("several thousand", None), ("tens of thousands", None),
        ("zero", 0),
    ],
)  # fmt: skip
def test_numbers_in_words_and_digits(text: str, value: float | None) -> None:
    assert number(text) == value


_SMALL = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def in_words(value: int, joint: str) -> str:
    """A number in words.

    :param joint: what comes between hundreds and the rest: " " or " and ".
    """
    for size, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if value >= size:
            rest = value % size
            between = joint if size == 100 or rest < 100 else " "
            return f"{in_words(value // size, joint)} {name}" + (between + in_words(rest, joint) if rest else "")
    if value < 20:
        return _SMALL[value]
    return _TENS[value // 10 - 2] + (f"-{_SMALL[value % 10]}" if value % 10 else "")


@given(st.integers(0, 10**10), st.sampled_from([" ", " and "]))
def test_a_number_written_in_words_is_read_and_marked_as_one(value: int, joint: str) -> None:
    words = in_words(value, joint)
    assert number(words) == value
    assert mentions(AnswerType.NUMBER, f"There were {words} of them.") == ((11, 11 + len(words)),)
    assert agree(AnswerType.NUMBER, words, f"{value:,}")


@given(
    st.lists(st.sampled_from(list(zip(("year", "week", "day", "hour", "minute"), (525960, 10080, 1440, 60, 1),
                                      strict=True))), min_size=1, unique=True),
    st.lists(st.integers(1, 99), min_size=5, max_size=5), st.sampled_from([" ", ", ", " and "]), st.booleans(),
)  # fmt: skip
def test_a_duration_in_several_units_is_their_sum(
    units: list[tuple[str, int]], counts: list[int], joint: str, spelled: bool
) -> None:
    parts = [(in_words(n, " ") if spelled else str(n), n, *unit) for n, unit in zip(counts, units, strict=False)]
    text = joint.join(f"{written} {name}{'s' if n > 1 else ''}" for written, n, name, _ in parts)
    minutes = sum(n * size for _, n, _, size in parts)
    assert agree(AnswerType.DURATION, text, f"{minutes} minutes")
    assert agree(AnswerType.DURATION, text, f"{2 * minutes} minutes") is False
    assert mentions(AnswerType.DURATION, f"It took {text} in all.") == ((8, 8 + len(text)),)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("two thousand five hundred people", "2,500", True), ("two thousand five hundred people", "200,500", False),
        ("three hundred and fifty thousand", "350,000", True), ("one hundred and fifty", "one hundred", False),
    ],
)  # fmt: skip
def test_numbers_in_several_words_are_compared_by_value(a: str, b: str, same: bool) -> None:
    assert agree(AnswerType.NUMBER, a, b) is same
