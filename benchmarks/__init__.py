"""Measurements of speed: ``python -m benchmarks``. What they found stands in docs/performance.md."""
