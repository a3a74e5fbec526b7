"""Export to ONNX, to predict without Python; needs the optional package onnx."""

from skdense.onnx._export import to_onnx
from skdense.onnx._skl2onnx import register_skl2onnx

__all__ = ["register_skl2onnx", "to_onnx"]

for _public in (register_skl2onnx, to_onnx):
    _public.__module__ = __name__
