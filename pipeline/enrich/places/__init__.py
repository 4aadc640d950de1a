"""Where the people live and the events happened: countries and regions."""
