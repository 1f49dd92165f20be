"""Small cells of anonymous studies: a count that few people make up is not shown, nor one that would tell it by subtraction.

Source: the minimum-frequency rule with complementary suppression (Hundepool et al., Statistical Disclosure Control, 2012).
"""

from collections.abc import Sequence

LEAST = 5
"""The smallest count shown in an anonymous study."""


def hidden(counts: Sequence[int], least: int = LEAST) -> set[int]:
    """The places of the counts to hide, of counts whose total is known: those from 1 to `least` - 1, and as many of the next
    smallest as keep them from being reckoned: at least two are hidden, which together are `least` or more."""
    order = sorted(range(len(counts)), key=lambda place: counts[place])
    gone = {place for place in order if 0 < counts[place] < least}
    if not gone:
        return gone
    for place in order:
        if len(gone) > 1 and sum(counts[each] for each in gone) >= least:
            break
        if counts[place]:
            gone.add(place)
    return gone


def hidden_share(count: int, n: int, least: int = LEAST) -> bool:
    """Whether a part of n, apart from all others (a choice of several), is to be hidden: few chose it, or few did not."""
    return 0 < count < least or 0 < n - count < least
