"""Settings: where models are set up, what is refused and how it is said; keys stay where they are; nothing heavy without a profile."""

import json
import subprocess
import sys

import pytest

from barnraise.models.profiles import ProfilesInvalid, load

KEY = "sk-very-secret-0123456789"
ONE = {"name": "fast", "vendor": "groq", "model": "llama-4"}


def listed(*profiles, **more):
    return {"BARNRAISE_MODELS": json.dumps(profiles), **more}


def test_profiles_come_from_the_environment_or_a_file_and_keys_from_either(tmp_path):
    assert load({}) == ()
    assert load({"BARNRAISE_MODELS_FILE": str(tmp_path / "none.toml")}) == ()
    (known,) = load(listed(ONE, BARNRAISE_MODELS_KEY_FAST=KEY))
    assert (known.url, known.protocol, known.needs_key) == ("https://api.groq.com/openai/v1", "openai-chat", False)
    file = tmp_path / "models.toml"
    file.write_text(
        f'[[model]]\nname = "home"\nvendor = "ollama"\nmodel = "q"\n[[model]]\nname = "b"\nvendor = "openai"\nmodel = "g"\nkey = "{KEY}"'
    )
    home, other = load({"BARNRAISE_MODELS_FILE": str(file)})
    assert (home.key, home.needs_key, other.key.get_secret_value()) == (None, False, KEY)
    assert load(listed(ONE))[0].needs_key
    assert KEY not in repr(known) + str(known) + known.model_dump_json()


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"BARNRAISE_MODELS": "{"}, "not JSON"),
        ({"BARNRAISE_MODELS": "{}"}, "must be a list"),
        (listed("x"), "Model 1"),
        (listed(ONE | {"vendor": "nobody"}), "vendor must be one of openai"),
        (listed(ONE | {"vendor": "compatible"}), "url is missing"),
        (listed(ONE | {"url": "ftp://x"}), "Model fast, url"),
        (listed(ONE | {"url": f"https://{KEY}@host/v1"}), "Model fast, url"),
        (listed(ONE | {"contxt": 3}), "Model fast, contxt"),
        (listed(ONE | {"key": KEY, "tasks": ["magic"]}), "Model fast, tasks"),
        (listed(ONE | {"key": [KEY]}), "Model fast, key"),
        (listed(ONE, ONE), "Two models have the name fast"),
    ],
)
def test_what_is_wrong_is_said_without_the_key(environment, said):
    with pytest.raises(ProfilesInvalid, match=said) as caught:
        load(environment)
    assert KEY not in str(caught.value)


def test_a_process_without_models_imports_nothing_for_them():
    heavy = ("pydantic_ai", "openai", "anthropic", "google.genai", "genai_prices", "httpx2")
    code = f"import sys, barnraise.models.router, barnraise.models.profiles; print([m for m in {heavy!r} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
