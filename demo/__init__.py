"""Invented study catalogues with known facet values, and a local server that offers one of them over OAI-PMH.

No real people, studies or archives occur here. The output is deterministic: the same bytes on every machine.
"""
