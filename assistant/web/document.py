"""Writes the API's OpenAPI document to standard output; it depends on the code alone, so no brand is needed."""

import json
import sys

from assistant.web.app import describe

if __name__ == "__main__":
    json.dump(describe(), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
