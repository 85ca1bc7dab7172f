"""The formats that a run is exported to: arrays, an ONNX model, and a script or notebook that rebuilds it."""
