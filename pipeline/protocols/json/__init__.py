"""Paged JSON APIs, and Dataverse's."""
