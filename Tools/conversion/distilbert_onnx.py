"""Parameters and configuration of a DistilBERT token classifier, read out of its ONNX graph."""

import math
import re

import numpy as np

from .failure import ConversionFailure

PARAMETER = re.compile(r"(?:\w+\.)+(?:weight|bias)")
RENAMED = re.compile(r"_DequantizeLinear_Output$|_quantized$")
"""What ONNX Runtime's quantiser appends to the names of the values that it replaces."""

LAYER = "distilbert.transformer.layer."
EPSILON = 1e-12
"""Of every layer norm of DistilBERT; Transformers has no setting for it."""


def parameters(graph):
    """fp32 arrays by Transformers' names, matrices as `[outputs, inputs]`."""
    refuse_foreign_nodes(graph)
    found = {}
    for node in graph.nodes:
        if node.op_type == "Gather":
            keep(found, graph, node.input[0])
        elif node.op_type == "LayerNormalization":
            check_epsilon(graph, node)
            for name in node.input[1:]:
                keep(found, graph, name)
        elif node.op_type == "MatMul" and (matrix := graph.constant(node.input[1])) is not None:
            bias = bias_name(graph, node)
            keep(found, graph, bias)
            name = parameter_name(graph, bias).removesuffix("bias") + "weight"
            found[name] = np.ascontiguousarray(matrix.T, dtype=np.float32)
    unread = sorted(graph.unread())
    if unread:
        raise ConversionFailure(
            f"The graph has a constant whose use is not known here: {unread[0]}."
        )
    return found


def refuse_foreign_nodes(graph):
    """Names the operations whose weights would not be found."""
    for node in graph.nodes:
        foreign = node.domain not in {"", "ai.onnx"}
        if foreign or node.op_type in {"MatMulInteger", "QLinearMatMul", "Gemm", "Attention"}:
            raise ConversionFailure(
                f"The graph has the operation {node.op_type} ({node.name}), which this converter "
                "does not read; it reads MatMul, plain or between DequantizeLinear."
            )


def parameter_name(graph, name):
    """The parameter's name, which exporter and quantiser leave within other names."""
    for candidate in graph.names(name):
        plain = RENAMED.sub("", candidate)
        if PARAMETER.fullmatch(plain):
            return plain
    return None


def keep(found, graph, name):
    """Adds the parameter behind `name`, if it is one: Gather also picks from shapes."""
    parameter = parameter_name(graph, name)
    value = graph.constant(name)
    if parameter is not None and value is not None:
        found[parameter] = value.astype(np.float32)


def bias_name(graph, node):
    """The bias that is added to a product: exports name biases, but seldom matrices."""
    for follower in graph.followers(node.output[0]):
        if follower.op_type == "Add":
            for name in follower.input:
                if (parameter_name(graph, name) or "").endswith(".bias"):
                    return name
    raise ConversionFailure(
        f"No named bias is added to the product {node.name}, so whose matrix it has is not known."
    )


def check_epsilon(graph, node):
    epsilon = graph.attribute(node, "epsilon", 1e-5)
    if not math.isclose(epsilon, EPSILON, rel_tol=1e-6):
        raise ConversionFailure(
            f"{node.name} has epsilon {epsilon:g}; DistilBERT's layer norms have {EPSILON:g}."
        )


def configuration(graph, weights, tags, padding):
    """`config.json`: sizes from the weights' shapes, heads and activation from the graph.

    Rates of dropout are not in a graph for prediction; DistilBERT's usual ones are written.
    """
    words = weight(weights, "distilbert.embeddings.word_embeddings.weight")
    layers = 1 + max(
        (int(name.removeprefix(LAYER).split(".")[0]) for name in weights if name.startswith(LAYER)),
        default=-1,
    )
    value = {
        "architectures": ["DistilBertForTokenClassification"],
        "model_type": "distilbert",
        "activation": activation(graph, layers),
        "attention_dropout": 0.1,
        "dim": words.shape[1],
        "dropout": 0.1,
        "hidden_dim": weight(weights, f"{LAYER}0.ffn.lin1.weight").shape[0],
        "id2label": {str(index): tag for index, tag in enumerate(tags)},
        "initializer_range": 0.02,
        "label2id": {tag: index for index, tag in enumerate(tags)},
        "max_position_embeddings":
            weight(weights, "distilbert.embeddings.position_embeddings.weight").shape[0],
        "n_heads": words.shape[1] // head_size(graph),
        "n_layers": layers,
        "pad_token_id": padding,
        "sinusoidal_pos_embds": False,
        "vocab_size": words.shape[0],
    }
    check_shapes(weights, value, len(tags))
    return value


def weight(weights, name):
    if name not in weights:
        raise ConversionFailure(f"The graph has no {name}; it is not a DistilBERT encoder.")
    return weights[name]


def activation(graph, layers):
    """Transformers' name of the one activation that stands once in each layer."""
    counts = {"gelu": 0, "relu": 0}
    for node in graph.nodes:
        exact = graph.attribute(node, "approximate", b"none") == b"none"
        if node.op_type == "Erf" or (node.op_type == "Gelu" and exact):
            counts["gelu"] += 1
        elif node.op_type == "Relu":
            counts["relu"] += 1
    for name, count in counts.items():
        if count == layers == sum(counts.values()):
            return name
    raise ConversionFailure("The graph's activation is neither GELU (without tanh) nor ReLU.")


def head_size(graph):
    """The last number of the shape in which the queries are split into heads."""
    for node in graph.nodes:
        names = [parameter_name(graph, name) for name in node.input]
        if node.op_type != "Add" or f"{LAYER}0.attention.q_lin.bias" not in names:
            continue
        for follower in graph.followers(node.output[0]):
            size = graph.last_number(follower.input[1]) if follower.op_type == "Reshape" else None
            if size is not None and size > 0:
                return size
    raise ConversionFailure("How the queries are split into heads is not seen in the graph.")


def check_shapes(weights, config, labels):
    """Refuses what Transformers would take as missing, unexpected or of another shape."""
    width, inner = config["dim"], config["hidden_dim"]
    expected = {
        "distilbert.embeddings.word_embeddings.weight": (config["vocab_size"], width),
        "distilbert.embeddings.position_embeddings.weight":
            (config["max_position_embeddings"], width),
        **norm("distilbert.embeddings.LayerNorm", width),
        **linear("classifier", labels, width),
    }
    for index in range(config["n_layers"]):
        layer = f"{LAYER}{index}."
        for name in ("q_lin", "k_lin", "v_lin", "out_lin"):
            expected |= linear(f"{layer}attention.{name}", width, width)
        expected |= linear(f"{layer}ffn.lin1", inner, width)
        expected |= linear(f"{layer}ffn.lin2", width, inner)
        expected |= norm(f"{layer}sa_layer_norm", width) | norm(f"{layer}output_layer_norm", width)
    for name in sorted(expected.keys() | weights.keys()):
        found = weights[name].shape if name in weights else "missing"
        wanted = expected.get(name, "unknown to DistilBERT")
        if found != wanted:
            raise ConversionFailure(f"{name}: {found} in the graph, {wanted} was expected.")


def linear(name, outputs, inputs):
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def norm(name, width):
    return {f"{name}.weight": (width,), f"{name}.bias": (width,)}
