"""What an operator asks: the state of catalogues, whether all is reachable, what files would become, reports."""
