"""The edge that speaks HTTP: a JSON API and the console. A handler is parse, one call, shape."""
