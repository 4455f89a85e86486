"""The embedding model: its files, its ONNX export, and its encoders."""
