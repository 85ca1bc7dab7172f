"""What a run can be taken elsewhere as: arrays, an ONNX model, and a script or notebook that rebuilds it."""
