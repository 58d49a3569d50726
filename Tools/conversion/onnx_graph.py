"""Constants of an ONNX graph, with their quantisation undone, and the way from node to node."""

import math

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from .failure import ConversionFailure

ROUNDING = {"QuantizeLinear", "DequantizeLinear"}
WEIGHTS = {
    TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.BFLOAT16, TensorProto.DOUBLE,
    TensorProto.INT8, TensorProto.UINT8,
}


class Graph:
    """What a converter asks of `onnx.ModelProto.graph`."""

    def __init__(self, model):
        self.nodes = list(model.graph.node)
        self.inputs = {value.name for value in model.graph.input}
        self.outputs = {value.name for value in model.graph.output}
        self._initialisers = {tensor.name: tensor for tensor in model.graph.initializer}
        self.inputs -= self._initialisers.keys()
        self._producers = {name: node for node in self.nodes for name in node.output}
        self._used = set()

    def attribute(self, node, name, default=None):
        for attribute in node.attribute:
            if attribute.name == name:
                return helper.get_attribute_value(attribute)
        return default

    def constant(self, name):
        """The value of `name` where nothing of the input goes into it, otherwise None.

        `(q - zero point) * scale` of a DequantizeLinear is done here, in fp32 as ONNX defines it.
        """
        if name in self._initialisers:
            self._used.add(name)
            return numpy_helper.to_array(self._initialisers[name])
        node = self._producers.get(name)
        if node is None:
            return None
        if node.op_type == "Constant":
            tensor = self.attribute(node, "value")
            return None if tensor is None else numpy_helper.to_array(tensor)
        if node.op_type == "Identity":
            return self.constant(node.input[0])
        if node.op_type == "DequantizeLinear":
            return self._dequantised(node)
        return None

    def last_number(self, name):
        """The last number of a shape, if it is constant, though others may follow the input."""
        value = self.constant(name)
        if value is not None:
            return int(value.reshape(-1)[-1])
        node = self._producers.get(name)
        if node is not None and node.op_type == "Concat":
            return self.last_number(node.input[-1])
        return None

    def names(self, name):
        """`name` and the names that its value has on the way back to the initialiser."""
        found = [name]
        while (node := self._producers.get(found[-1])) is not None and node.input:
            if node.op_type not in {"Identity", "DequantizeLinear"}:
                break
            found.append(node.input[0])
        return found

    def followers(self, name):
        """The nodes that read `name`, or what rounding to integers and back makes of it."""
        for node in self.nodes:
            if name not in node.input:
                continue
            if node.op_type in ROUNDING and node.input[0] == name:
                yield from self.followers(node.output[0])
            else:
                yield node

    def unread(self):
        """Names of the initialisers that may be weights, but that no one has asked for."""
        scales = {name for n in self.nodes if n.op_type in ROUNDING for name in n.input[1:]}
        for name, tensor in self._initialisers.items():
            # Single numbers are factors; other types than these are shapes, places and masks.
            weighs = tensor.data_type in WEIGHTS and math.prod(tensor.dims) > 1
            if weighs and name not in self._used and name not in scales:
                yield name

    def _dequantised(self, node):
        values = self.constant(node.input[0])
        if values is None:
            return None
        if self.attribute(node, "block_size", 0):
            raise ConversionFailure(
                f"{node.input[0]} is quantised in blocks along an axis, which is not supported."
            )
        scale = self.constant(node.input[1])
        zero = self.constant(node.input[2]) if len(node.input) > 2 else np.zeros_like(scale)
        if scale.size > 1:
            shape = [1] * values.ndim
            shape[self.attribute(node, "axis", 1)] = scale.size
            scale, zero = scale.reshape(shape), zero.reshape(shape)
        difference = values.astype(np.int32) - zero.astype(np.int32)
        return difference.astype(np.float32) * scale.astype(np.float32)
