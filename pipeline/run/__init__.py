"""A run: fetch → process (a part at a time) → plan → load (a part at a time) → gate → publish.

Each stage is a function over staged parts: same input, same output, safe to repeat. Between stages go references and
counts (JSON objects in staging); records stay in parts.
"""
