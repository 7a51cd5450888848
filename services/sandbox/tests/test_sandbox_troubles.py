"""What a preview's output says of troubles."""

import json

import pytest

from barnraise.contracts.troubles import clean, signature
from barnraise.sandbox.domain.troubles import MAX_DETAIL, MAX_TEXT, OutputWatch, Trouble

TRACE = """Traceback (most recent call last):
  File "/app/backend/app/main.py", line 3, in <module>
    import nothing
ModuleNotFoundError: No module named 'nothing'
"""
ERROR = json.dumps({"at": "now", "level": "error", "message": "unhandled error", "error": TRACE.strip()})
VITE = "\x1b[31m10:00:01 AM [vite] (client) Pre-transform error: Transform failed with 1 error\x1b[39m"


def read(*pieces: str) -> list[Trouble]:
    watch = OutputWatch()
    return [trouble for piece in pieces for trouble in watch.feed(piece)]


@pytest.mark.parametrize(
    ("output", "text", "detail"),
    [
        (TRACE, "ModuleNotFoundError: No module named 'nothing'", TRACE.strip()),
        (f"{ERROR}\n", "ModuleNotFoundError: No module named 'nothing'", TRACE.strip()),
        ('{"level": "CRITICAL", "message": "no disk"}\n', "no disk", ""),
        (f"{VITE}\n", "Transform failed with 1 error", ""),
    ],
)
def test_each_form_of_an_error_is_found_however_it_is_cut(output: str, text: str, detail: str) -> None:
    whole = [Trouble(text, detail)]
    assert read(f"started\n{output}done\n") == whole
    assert read(*f"started\n{output}done\n") == whole


@pytest.mark.parametrize(
    "output",
    [
        "all is well\n",
        '{"level": "info", "message": "ERROR"}\n',
        "{not json\n",
        '{"level": ["error"]}\n',
        "[" * 5000 + "\n",
        "error\n",
        "\n",
    ],
)
def test_what_is_no_error_is_none(output: str) -> None:
    assert read(output) == []


def test_endless_output_is_bounded() -> None:
    assert read("Traceback (most recent call last):\n", *(" x\n" for _ in range(1000)))[0].text == "x"
    found = read('{"level": "error", "message": "' + "m" * 10_000 + '", "error": "' + "e" * 10_000 + '"}\n')
    assert [len(found[0].text), len(found[0].detail)] == [MAX_TEXT, MAX_DETAIL]
    watch = OutputWatch()
    for _ in range(100):
        assert list(watch.feed("x" * 10_000)) == []
    assert len(watch._rest) <= 64_000


def test_the_same_trouble_at_another_time_is_the_same() -> None:
    assert signature("port 8000, id 7: <A at 0x7fab>") == signature("port 9001, id 12: <A at 0x11>")
    assert signature("name x") != signature("name y")


def test_signs_that_nobody_sees_are_gone() -> None:
    assert clean("\x1b[31mred\x1b[0m \u202eevil\u2069 \x00\x07é漢\n") == "red evil é漢\n"
    unseen = "\x7f\x9b\xad\u061c\u180e\u200b\u200d\u200f\u2028\u2060\u2066\u206f\ud800\ue000\ufeff\ufffb\U000e0041\U00100000"
    assert [sign for sign in unseen if clean(sign)] == []
    assert clean("a\u2014b\u2026ق가𠀀🙂") == "a\u2014b\u2026ق가𠀀🙂"
