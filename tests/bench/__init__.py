"""The benchmarks: `make bench`. Figures are printed and kept in docs/benchmarks.md, never asserted in tests."""
