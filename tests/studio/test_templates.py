"""What a questionnaire may begin with."""

from app.catalog import service as catalog
from tests.studio.conftest import Studio

NEW = "/studio/questionnaires/new"


def test_the_templates_are_for_people_and_the_benchs_own_is_not(studio: Studio) -> None:
    page = studio.get(NEW)
    names = {template.name for template in catalog.load_shipped()}
    shown = {name for name in names if f'value="{name}"' in page}
    assert names - shown == {"bench_five_pages"}
    studio.post(NEW, {"csrf_token": studio.token(NEW), "base": "bench_five_pages", "name": "mine"}, 422)
    assert catalog.questionnaires(studio.workspace_id) == []
