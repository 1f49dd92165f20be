import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import canonical


@pytest.mark.parametrize(
    ("value", "text"),
    [
        # RFC 8785, appendix B and section 3.2.2
        (333333333.33333329, "333333333.3333333"), (1e30, "1e+30"), (4.50, "4.5"), (2e-3, "0.002"), (0.0, "0"), (-0.0, "0"),
        (5e-324, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"), (9007199254740992.0, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"), (9.999999999999997e22, "9.999999999999997e+22"), (1e21, "1e+21"),
        (999999999999999900000.0, "999999999999999900000"), (0.000001, "0.000001"), (1e-7, "1e-7"), (1e16, "10000000000000000"),
        (333333333.3333332, "333333333.3333332"), (-0.0000033333333333333333, "-0.0000033333333333333333"),
        ("\u20ac$\u000f\nA'B\"\\\\\"/", '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),
        ({"\u20ac": 1, "\r": 2, "1": 3, "\U0001f600": 4, "\ufb33": 5}, '{"\\r":2,"1":3,"€":1,"😀":4,"\ufb33":5}'),
        ([True, False, None, (1, 2)], "[true,false,null,[1,2]]"),
    ],
)  # fmt: skip
def test_vectors(value, text):
    assert canonical.dumps(value) == text


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON)
def test_reads_back_equal_and_is_stable(value):
    text = canonical.dumps(value)
    again = json.loads(text, parse_int=float)
    assert again == value
    assert canonical.dumps(again) == text


def test_no_infinity():
    with pytest.raises(ValueError, match="inf"):
        canonical.dumps(float("inf"))
