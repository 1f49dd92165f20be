"""Expressions over stored rows, in SQL: trees.py compiles them, documents.py reads JSON columns, history.py the timeline."""

from app.filters.documents import Document as Document
from app.filters.history import History as History
from app.filters.history import happened as happened
from app.filters.trees import Codes as Codes
from app.filters.trees import Names as Names
from app.filters.trees import Sql as Sql
from app.filters.trees import to_sql as to_sql
