"""Vectors of the field: Newcombe 1998, AAPOR's calculator, and the reference for NPS and CES."""

from fractions import Fraction

import pytest

from app.insights import rates, statistics


@pytest.mark.parametrize(
    ("counts", "value", "low", "high"),
    [
        ((50, 30, 20), 30.0, 14.051, 44.201),
        ((5, 3, 2), 30.0, -19.051, 65.205),
        ((10, 0, 0), 100.0, 47.504, 100.0),
    ],
)
def test_nps_with_the_adjusted_wald_interval(counts, value, low, high):
    estimate = statistics.nps(*counts)
    # the vectors take 1.96 for the quantile, we its 16 digits
    assert (estimate.value, estimate.low, estimate.high) == pytest.approx((value, low, high), abs=0.001)
    assert estimate.n == sum(counts)


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 0.8389, 1),
    ],
)
def test_share_with_the_wilson_interval(count, n, low, high):
    estimate = statistics.share(count, n)
    assert (round(estimate.low, 4), round(estimate.high, 4)) == (low, high)


def test_mean_with_the_t_interval():
    counts = {7: 40, 6: 30, 5: 15, 4: 8, 3: 4, 2: 2, 1: 1}
    estimate = statistics.mean(counts)
    assert (round(estimate.value, 2), round(estimate.low, 3), round(estimate.high, 3)) == (5.84, 5.574, 6.106)
    assert round(statistics.deviation(counts), 4) == 1.3388


@pytest.mark.parametrize(
    "estimate", [statistics.nps(0, 0, 0), statistics.share(0, 0), statistics.mean({}), statistics.mean({5: 1})]
)
def test_without_data_there_is_no_estimate(estimate):
    assert estimate is None


def _pairs(names, values):
    return list(zip(names, values, strict=True))


FIRST = rates.Outcomes(i=5, p=3, r=2, nc=1, o=2, uh=1, uo=1, ne=1)
SECOND = rates.Outcomes(i=760, p=339, r=59, nc=288, o=1, uo=173, ne=71)


@pytest.mark.parametrize(
    ("name", "expected"),
    _pairs(
        "RR1 RR2 RR3 RR4 RR5 RR6 COOP1 COOP2 COOP3 COOP4 REF1 REF2 REF3 CON1 CON2 CON3".split(),
        "1/3 8/15 5/14 4/7 5/13 8/13 5/12 2/3 1/2 4/5 2/15 1/7 2/13 4/5 6/7 12/13".split(),
    ),
)
def test_aapor_rates_as_fractions(name, expected):
    assert rates.rates(FIRST, Fraction(1, 2))[name] == Fraction(expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    _pairs(
        "RR1 RR2 RR3 RR4 RR5 RR6 COOP1 COOP2 COOP3 COOP4 REF1 REF2 REF3 CON1 CON2 CON3".split(),
        (
            ".46913580 .67839506 .47149080 .68180052 .52522460 .75950242 .65573770 .94823123 .65630397 .94905009 "
            ".03641975 .03660258 .04077402 .71543210 .71902347 .80096752"
        ).split(),
    ),
)
def test_aapor_rates_with_the_default_share_of_eligible(name, expected):
    assert rates.eligible_share(SECOND) == Fraction(1447, 1518)
    assert float(rates.rates(SECOND)[name]) == pytest.approx(float(expected), abs=5e-9)


def test_a_rate_without_a_denominator_is_undefined():
    assert set(rates.rates(rates.Outcomes()).values()) == {None}


def test_dispositions_count_in_their_group():
    codes = ["1.1", "1.2", "2.12", "2.112", "2.221", "2.33", "3.19", "3.3", "4.8"]
    assert rates.outcomes(codes) == rates.Outcomes(i=1, p=1, r=2, nc=1, o=1, uh=1, uo=1, ne=1)


def test_a_code_of_no_group_is_a_bug():
    with pytest.raises(ValueError, match="no AAPOR disposition"):
        rates.group("9.9")
