"""Nodes and constants of an ONNX graph, from which the package onnx makes a model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from skdense._extras import extra
from skdense._version import __version__
from skdense.engine.typing import Array, DType

if TYPE_CHECKING:
    from onnx import ModelProto

# Versions of the two operator sets and of the file format: those of ONNX 1.12, of 2022.
OPSET, ML_OPSET, IR_VERSION = 17, 3, 8
ML = "ai.onnx.ml"
# ONNX's codes of element types.
ELEMENT_TYPES = {"float32": 1, "float64": 11, "int64": 7, "string": 8, "bool": 9}


@dataclass(frozen=True)
class Value:
    """An input or an output of a graph.

    Attributes
    ----------
    name : str
    dtype : str
        One of ELEMENT_TYPES.
    shape : tuple of int
        Without the first axis, the rows, whose number is not fixed.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Node:
    """One operation of a graph."""

    op: str
    inputs: Sequence[str]
    output: str
    domain: str
    attributes: Mapping[str, object]


@dataclass
class Graph:
    """Operations in the order of their execution; values are identified by name.

    Attributes
    ----------
    dtype : dtype
        Dtype of constants given as a Python float.
    nodes : list of Node
    constants : dict of ndarray
        Constants by name.
    """

    dtype: DType
    nodes: list[Node] = field(default_factory=list)
    constants: dict[str, Array] = field(default_factory=dict)

    def add(
        self,
        op: str,
        *inputs: str | float | Array,
        domain: str = "",
        output: str = "",
        **attributes: object,
    ) -> str:
        """Add an operation and return the name of its result; inputs are names or constants."""
        names = [x if isinstance(x, str) else self.constant(x) for x in inputs]
        # the slash avoids clashes with the names of columns
        output = output or f"skdense/{op}_{len(self.nodes)}"
        self.nodes.append(Node(op, names, output, domain, attributes))
        return output

    def constant(self, value: float | Array) -> str:
        """Add a constant and return its name."""
        name = f"skdense/constant_{len(self.constants)}"
        self.constants[name] = np.asarray(value, self.dtype if type(value) is float else None)
        return name

    def cast(self, x: str, dtype: str | DType) -> str:
        """Convert values to another type."""
        return self.add("Cast", x, to=ELEMENT_TYPES[str(dtype)])

    def concat(self, parts: Sequence[str]) -> str:
        """Concatenate columns."""
        return parts[0] if len(parts) == 1 else self.add("Concat", *parts, axis=1)

    def columns(self, x: str, start: int, end: int) -> str:
        """Select columns from `start` up to `end`; negative ones count from the end."""
        return self.add("Slice", x, *(np.array([i], np.int64) for i in (start, end, 1)))

    def reshape(self, x: str, *shape: int) -> str:
        """Reshape each row."""
        return self.add("Reshape", x, np.array([0, *shape], np.int64))


def load(package: str, asker: str) -> ModuleType:
    """Import an optional package."""
    with extra("onnx", asker):
        return import_module(package)


def model_of(graph: Graph, inputs: Sequence[Value], outputs: Sequence[Value]) -> "ModelProto":
    """Return the ONNX model of a graph."""
    helper, to_tensor = load("onnx.helper", "to_onnx"), load("onnx.numpy_helper", "to_onnx")
    nodes = [
        helper.make_node(
            node.op, node.inputs, [node.output], node.output, domain=node.domain, **node.attributes
        )
        for node in graph.nodes
    ]
    domains = {"": OPSET} | {node.domain: ML_OPSET for node in graph.nodes if node.domain}
    constants = [to_tensor.from_array(value, name) for name, value in graph.constants.items()]
    inside, out = ([_described(helper, value) for value in part] for part in (inputs, outputs))
    return helper.make_model(
        helper.make_graph(nodes, "skdense", inside, out, constants),
        ir_version=IR_VERSION,
        producer_name="skdense",
        producer_version=__version__,
        opset_imports=[helper.make_opsetid(*item) for item in domains.items()],
    )


def _described(helper: ModuleType, value: Value) -> Any:
    kind, shape = ELEMENT_TYPES[value.dtype], [None, *value.shape]
    return helper.make_tensor_value_info(value.name, kind, shape)
