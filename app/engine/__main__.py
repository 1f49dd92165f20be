"""Print the published schema: ``python -m app.engine > docs/questionnaire.schema.json``."""

import json

from app.engine.schema import published

if __name__ == "__main__":
    print(json.dumps(published(), indent=2))
