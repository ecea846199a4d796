"""BERT for ONNX Runtime, from the weights in model.safetensors: as plain operators and with its own fused ones."""

from __future__ import annotations

import json
import logging
import os

import numpy
import onnx
import onnxruntime
from encoder_reference import read_safetensors
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

MICROSOFT = "com.microsoft"


def padded(tokens):
    """A batch's inputs: ids and mask, filled up to its longest text."""
    longest = max(map(len, tokens))
    ids = numpy.zeros((len(tokens), longest), numpy.int64)
    mask = numpy.zeros((len(tokens), longest), numpy.int32)
    for row, text in enumerate(tokens):
        ids[row, :len(text)], mask[row, :len(text)] = text, 1
    return {"ids": ids, "mask": mask}


class Builder:
    """What both graphs share: embeddings, and the loop over layers."""

    def __init__(self, tensors, heads):
        self.tensors, self.heads, self.nodes, self.constants = tensors, heads, [], []
        self.hidden = tensors["embeddings.word_embeddings.weight"].shape[1]

    def add(self, operator, *inputs, domain="", **attributes):
        """A node with one output, whose name is returned."""
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], domain=domain, **attributes))
        return name

    def constant(self, array):
        """An initializer."""
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(numpy.ascontiguousarray(array), name))
        return name

    def weight(self, name):
        """A tensor of the model."""
        return self.constant(self.tensors[name])

    def norm(self, x, name):
        """Layer normalisation."""
        return self.add("LayerNormalization", x, self.weight(name + ".weight"), self.weight(name + ".bias"),
                        axis=-1, epsilon=1e-12)

    def product(self, x, name):
        """A linear layer without its bias."""
        return self.add("MatMul", x, self.constant(self.tensors[name + ".weight"].T))

    def model(self, layer):
        """The whole graph; `layer(x, name)` adds one layer."""
        positions = self.tensors["embeddings.position_embeddings.weight"]
        positions = positions + self.tensors["embeddings.token_type_embeddings.weight"][0]
        length = self.add("Slice", self.add("Shape", "ids"), self.constant(numpy.array([1])),
                          self.constant(numpy.array([2])))
        rows = self.add("Slice", self.constant(positions), self.constant(numpy.array([0])), length)
        x = self.add("Add", self.add("Gather", self.weight("embeddings.word_embeddings.weight"), "ids"), rows)
        x = self.norm(x, "embeddings.LayerNorm")
        count = 0
        while f"encoder.layer.{count}.output.dense.weight" in self.tensors:
            x = layer(x, f"encoder.layer.{count}.")
            count += 1
        inputs = [helper.make_tensor_value_info("ids", TensorProto.INT64, ["b", "s"]),
                  helper.make_tensor_value_info("mask", TensorProto.INT32, ["b", "s"])]
        output = helper.make_tensor_value_info(x, TensorProto.FLOAT, ["b", "s", self.hidden])
        graph = helper.make_graph(self.nodes, "bert", inputs, [output], self.constants)
        imports = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=imports, ir_version=8)


def fused_model(tensors, heads):
    """With ONNX Runtime's own operators."""
    build = Builder(tensors, heads)

    def skip(x, residual, norm, bias):
        return build.add("SkipLayerNormalization", x, residual, build.weight(norm + ".weight"),
                         build.weight(norm + ".bias"), build.weight(bias), domain=MICROSOFT, epsilon=1e-12)

    def layer(x, name):
        parts = [name + "attention.self." + part for part in ("query", "key", "value")]
        weights = numpy.concatenate([tensors[part + ".weight"].T for part in parts], axis=1)
        bias = numpy.concatenate([tensors[part + ".bias"] for part in parts])
        mixed = build.add("Attention", x, build.constant(weights), build.constant(bias), "mask", domain=MICROSOFT,
                          num_heads=heads)
        mixed = build.product(mixed, name + "attention.output.dense")
        x = skip(mixed, x, name + "attention.output.LayerNorm", name + "attention.output.dense.bias")
        inner = build.product(x, name + "intermediate.dense")
        inner = build.add("BiasGelu", inner, build.weight(name + "intermediate.dense.bias"), domain=MICROSOFT)
        return skip(build.product(inner, name + "output.dense"), x, name + "output.LayerNorm",
                    name + "output.dense.bias")

    return build.model(layer)


def plain_model(tensors, heads):
    """With ONNX's operators only, as exporters write it."""
    build = Builder(tensors, heads)
    size = build.hidden // heads
    number = lambda value: build.constant(numpy.array(value, numpy.float32))
    split, joined = (build.constant(numpy.array(shape)) for shape in ([0, 0, heads, size], [0, 0, build.hidden]))
    masked = build.add("Unsqueeze", build.add("Cast", "mask", to=TensorProto.FLOAT), build.constant(numpy.array([1, 2])))
    masked = build.add("Mul", build.add("Sub", number(1.0), masked), number(-1e4))

    def linear(x, name):
        return build.add("Add", build.product(x, name), build.weight(name + ".bias"))

    def layer(x, name):
        def head_first(part, order):
            shaped = build.add("Reshape", linear(x, name + "attention.self." + part), split)
            return build.add("Transpose", shaped, perm=order)

        scores = build.add("MatMul", head_first("query", [0, 2, 1, 3]), head_first("key", [0, 2, 3, 1]))
        scores = build.add("Add", build.add("Div", scores, number(size ** 0.5)), masked)
        mixed = build.add("MatMul", build.add("Softmax", scores, axis=-1), head_first("value", [0, 2, 1, 3]))
        mixed = build.add("Reshape", build.add("Transpose", mixed, perm=[0, 2, 1, 3]), joined)
        mixed = linear(mixed, name + "attention.output.dense")
        x = build.norm(build.add("Add", mixed, x), name + "attention.output.LayerNorm")
        inner = linear(x, name + "intermediate.dense")
        error = build.add("Add", build.add("Erf", build.add("Div", inner, number(2.0 ** 0.5))), number(1.0))
        inner = build.add("Mul", build.add("Mul", inner, error), number(0.5))
        return build.norm(build.add("Add", linear(inner, name + "output.dense"), x), name + "output.LayerNorm")

    return build.model(layer)


def onnx_sessions(model, folder):
    """Sessions of one thread by precision and configuration."""
    heads = 12
    config = os.path.join(model, "config.json")
    if os.path.exists(config):
        with open(config, encoding="utf-8") as file:
            heads = json.load(file)["num_attention_heads"]
    tensors = read_safetensors(os.path.join(model, "model.safetensors"))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = 3
    logging.disable(logging.WARNING)
    sessions = {}

    def open_session(precision, name, path):
        sessions[precision, name] = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    for kind, make in (("plain", plain_model), ("fused", fused_model)):
        path = os.path.join(folder, f"{kind}.onnx")
        onnx.save(make(tensors, heads), path)
        open_session("float32", kind, path)
        for scales, per_channel in (("per tensor", False), ("per channel", True)):
            quantized = os.path.join(folder, f"{kind}-{per_channel}.onnx")
            quantize_dynamic(path, quantized, op_types_to_quantize=["MatMul", "Attention"], per_channel=per_channel,
                             weight_type=QuantType.QInt8, extra_options={"DefaultTensorType": TensorProto.FLOAT})
            open_session("int8", f"{kind}, {scales}", quantized)
    return sessions
