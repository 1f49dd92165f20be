"""What delivery does when something happens: stop inviting, write to managers; and the mail that other packages send to staff."""

import uuid
from datetime import datetime

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from app import engine
from app.accounts import service as accounts
from app.catalog import service as catalog
from app.catalog.service import Study
from app.delivery import service
from app.events import News, subscriber
from app.interviews import service as interviews
from app.interviews.repository import Interview

DETRACTOR = range(0, 7)  # Reichheld, "The One Number You Need to Grow", HBR 2003: 0 to 6


def mail_staff(workspace_id: str, to: str, subject: str, text: str, now: datetime) -> None:
    """Queue a mail to a member of staff, in the caller's transaction."""
    service.enqueue(workspace_id, channel="email", purpose="staff", to=to, subject=subject, text=text, now=now)


accounts.on_staff_mail(mail_staff)


@subscriber("delivery.over", "interview.completed", "interview.declined", "interview.closed")
def interview_over(news: News, now: datetime) -> None:
    """Nobody is reminded of an interview that is over."""
    if news.interview_id:
        service.cancel(news.workspace_id, news.interview_id, now)


@subscriber("delivery.detractor", "interview.completed")
def detractor_answered(news: News, now: datetime) -> None:
    """One mail to each manager, once for an interview, when somebody answers an NPS question with 0 to 6."""
    interview = interviews.load(news.workspace_id, news.interview_id) if news.interview_id else None
    study = catalog.study(news.workspace_id, interview.study_id) if interview else None
    if interview is None or study is None or interview.is_test or study.practice or not study.manager_mail:
        return
    score = lowest_nps(interview)
    if score is None or score not in DETRACTOR:
        return
    for manager in accounts.people(news.workspace_id, "manager"):
        with force_locale(manager.language):
            subject, text = detractor_mail(study, interview, score)
        service.enqueue(
            news.workspace_id, channel="email", purpose="staff", to=manager.email, subject=subject, text=text, now=now,
            message_id=str(uuid.uuid5(uuid.UUID(interview.id), manager.id)),
        )  # fmt: skip


def lowest_nps(interview: Interview) -> int | None:
    """The lowest answer to a question of an NPS metric that is on the interview's route; None when there is none."""
    questionnaire = catalog.questionnaire(interview.version_id)
    values = engine.values(questionnaire, interview.state)
    scores = [values.get(metric.question) for metric in questionnaire.metrics if metric.kind == "nps"]
    return min((score for score in scores if isinstance(score, int)), default=None)


def detractor_mail(study: Study, interview: Interview, score: int) -> tuple[str, str]:
    """Subject and text in the language in force: the score and where to look, nothing of the person."""
    subject = _("A customer answered %(score)s in %(study)s", score=score, study=study.title or study.name)
    lines = [
        _(
            "Somebody answered the recommendation question of %(study)s with %(score)s of 10.",
            study=study.title,
            score=score,
        )
    ]
    if study.basis != "anonymous":
        address = f"{current_app.config['PUBLIC_URL']}/results/interviews/{interview.id}"
        lines += [_("Their answers, and what to do next: %(address)s", address=address)]
    lines += [_("You receive this because you manage this workspace; the study's settings turn it off.")]
    return subject, "\n\n".join(lines)
