"""Who was studied: sex and ages."""
