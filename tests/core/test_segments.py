"""What a text message costs, beside the calculator that Twilio publishes."""

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from app.core.segments import GSM_7, GSM_7_TWICE, measure, segments
from tests.leaving_out import left_out

ROOT = Path(__file__).resolve().parents[2]
CALCULATOR = """
const {SegmentedMessage} = require('sms-segments-calculator');
const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const said = texts.map(text => { const m = new SegmentedMessage(text); return [m.encodingName, m.segmentsCount]; });
process.stdout.write(JSON.stringify(said));
"""
ALPHABETS = (
    "".join(sorted(GSM_7)),
    "".join(sorted(GSM_7 | GSM_7_TWICE)) + "".join(GSM_7_TWICE) * 5,
    "abc xyz €{} ’„” łşțçñ ąęó",
    "абвгдеёжзийклмн опрст",
    "".join(map(chr, range(32, 0x250))),
    "漢字かな한국어 ١٢٣ हिन्दी ไทย",
    (*"ab c", "😀", "👍🏽", "👨\u200d👩\u200d👧", "🇵🇱", "🇮🇹", "❤️", "e\u0301", "a\u0308"),
)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("", ("GSM-7", 0, 1)),
        ("a" * 160, ("GSM-7", 160, 1)),
        ("a" * 161, ("GSM-7", 161, 2)),
        ("a" * 306, ("GSM-7", 306, 2)),
        ("a" * 307, ("GSM-7", 307, 3)),
        ("€" * 80, ("GSM-7", 160, 1)),
        ("a" * 152 + "€" * 5, ("GSM-7", 162, 2)),
        ("a" * 152 + "€" + "a" * 152, ("GSM-7", 306, 3)),  # the euro does not fit in the first segment whole
        ("a" * 159 + "’", ("UCS-2", 160, 3)),
        ("ы" * 70, ("UCS-2", 70, 1)),
        ("ы" * 71, ("UCS-2", 71, 2)),
        ("😀" * 34, ("UCS-2", 68, 1)),
        ("😀" * 67, ("UCS-2", 134, 3)),  # 33 a segment: a pair of surrogates is not cut in two
        ("ы" * 66 + "e\u0301" + "ы" * 66, ("UCS-2", 134, 3)),  # nor is a letter from its accent
        ("Ç", ("GSM-7", 1, 1)),
        ("ç", ("UCS-2", 1, 1)),
    ],
)
def test_units_and_segments(message, expected):
    assert measure(message) == expected


def test_the_basic_alphabet_has_its_127_characters_without_the_escape():
    assert len(GSM_7) == 127


@pytest.mark.parametrize("count", [1_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_random_texts_take_the_segments_that_twilio_s_calculator_says(count):
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules/sms-segments-calculator").exists():
        left_out("no Node here, or its packages are missing: make setup")
    chance = random.Random()
    texts = [random_text(chance) for _ in range(count)]
    done = subprocess.run(
        [node, "-e", CALCULATOR], input=json.dumps(texts), capture_output=True, text=True, cwd=ROOT, timeout=590
    )
    assert done.returncode == 0, done.stderr
    differing = [
        (text, ours, theirs)
        for text, theirs in zip(texts, json.loads(done.stdout), strict=True)
        if (ours := [measure(text)[0], segments(text)]) != theirs
    ]
    assert not differing, differing[:3]


def random_text(chance: random.Random) -> str:
    """Mostly of a length at which one character more or less matters."""
    alphabet = chance.choice(ALPHABETS)
    length = chance.choice((chance.randint(0, 60), chance.randint(60, 80), chance.randint(130, 170), 310))
    return "".join(chance.choice(alphabet) for _ in range(length))
