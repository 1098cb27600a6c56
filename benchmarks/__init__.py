"""What Lianxi's claims of speed rest on: each measured beside its limit in the same run. `python -m benchmarks`."""
