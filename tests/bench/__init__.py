"""The benchmarks run; what they measure is never judged by a test."""
