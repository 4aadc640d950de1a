"""The stages of a run, each a function over staged parts: same input, same output, safe to repeat.

    fetch → process (a part at a time) → plan → load (a part at a time) → gate → publish

Between stages go references and counts (JSON objects in staging); records stay in parts.
"""
