"""The parts of skl2onnx's objects that the converters use; skl2onnx itself has no types."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from skdense._estimators.base import BaseDenseNet
from skdense.engine.typing import Array


class TensorType(Protocol):
    """Type and shape of a tensor; the number of rows, `shape[0]`, can also be None."""

    shape: Sequence[int]


class Variable(Protocol):
    """An input or an output of an operator."""

    type: TensorType
    full_name: str

    def set_type(self, kind: TensorType) -> None: ...

    def get_first_dimension(self) -> int | None: ...


class Scope(Protocol):
    """Options of the estimators, and unique names."""

    def get_options(
        self, model: BaseDenseNet, default_values: Mapping[str, bool]
    ) -> Mapping[str, bool]: ...

    def get_unique_variable_name(self, seed: str) -> str: ...

    def get_unique_operator_name(self, seed: str) -> str: ...

    def declare_local_operator(self, alias: str, model: BaseDenseNet) -> "Operator": ...

    def declare_local_variable(self, name: str, kind: TensorType) -> Variable: ...


class Operator(Protocol):
    """A step of the pipeline."""

    raw_operator: BaseDenseNet
    scope_inst: Scope
    inputs: Sequence[Variable]
    outputs: list[Variable]


class Container(Protocol):
    """The graph of the pipeline."""

    target_opset: int

    def add_initializer(
        self, name: str, onnx_type: int, shape: Sequence[int], content: Array
    ) -> None: ...

    def add_node(
        self, op_type: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: object
    ) -> None: ...
