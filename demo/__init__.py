"""Invented study catalogues with known truth, and a loopback server that offers one of them over OAI-PMH.

Nothing here is about real people, studies or archives. The same call gives the same bytes on every machine.
"""
