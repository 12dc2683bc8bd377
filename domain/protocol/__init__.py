"""The protocol document: its types, its expansion, its checks.

The rule that keeps it honest: types and pure functions only; reading files is for `protocols/`.
"""
