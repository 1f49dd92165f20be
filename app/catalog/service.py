"""What other packages call."""

from app.catalog.addresses import origin
from app.catalog.checks import CHANNELS
from app.catalog.definition import Definition, check, languages, title
from app.catalog.drafts import (
    Conflict,
    check_deletable,
    delete_questionnaire,
    discard,
    freeze,
    last_edit,
    save_draft,
    undo,
)
from app.catalog.findings import blocking, findings, while_typing
from app.catalog.list_files import beside, held_by
from app.catalog.panel import OUTCOMES, SIGNATURE
from app.catalog.shipped import Template, load_shipped, offered, template
from app.catalog.studies import (
    DEFAULTS,
    Study,
    change_study,
    close_due,
    close_study,
    create_study,
    open_study,
    studies,
    study,
    study_by_name,
    trial,
    trial_of,
)
from app.catalog.versions import (
    Entry,
    Version,
    adopt,
    by_name,
    check_publishable,
    create,
    draft,
    entry,
    newest_published,
    open_versions,
    publish,
    publish_source,
    questionnaire,
    questionnaires,
    recheck,
    rows_of,
    unpublish,
    version,
    versions,
    working,
)

TICKS = [("catalog.close", 60.0, close_due)]
"""What the scheduler calls."""

__all__ = [
    "CHANNELS", "DEFAULTS", "OUTCOMES", "SIGNATURE", "TICKS", "Conflict", "Definition", "Entry", "Study", "Template",
    "Version", "adopt", "beside", "blocking", "by_name", "change_study", "check", "check_deletable", "check_publishable",
    "close_due", "close_study", "create", "create_study", "delete_questionnaire", "discard", "draft", "entry",
    "findings", "freeze", "held_by", "languages", "last_edit", "load_shipped", "newest_published", "offered",
    "open_study", "open_versions", "origin",
    "publish", "publish_source", "questionnaire", "questionnaires", "recheck", "rows_of", "save_draft", "studies",
    "study", "study_by_name", "template", "title", "trial", "trial_of", "undo", "unpublish", "version", "versions",
    "while_typing", "working",
]  # fmt: skip
