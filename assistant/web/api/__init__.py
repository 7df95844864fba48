"""The JSON API, one file per noun, all under /api."""
