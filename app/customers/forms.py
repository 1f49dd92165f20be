"""What staff choose on the customer's page: what to see, and what to do."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from flask_babel import lazy_gettext as _l
from flask_babel import to_utc
from flask_wtf import FlaskForm
from wtforms import DateField, Form, SelectField, StringField
from wtforms.validators import Length
from wtforms.validators import Optional as MayBeEmpty

from app.catalog.service import Study
from app.entries import GROUPS
from app.timeline import Wanted
from app.ui.forms import CheckboxesField, choices


class FilterForm(Form):
    """What is asked for in the address. A date that is none is told beside its field, and filters nothing."""

    show = CheckboxesField(_l("Show"))
    since = DateField(_l("From"), [MayBeEmpty()])
    until = DateField(_l("To"), [MayBeEmpty()])
    product = SelectField(_l("Product"), default="")
    study = SelectField(_l("Study"), default="")
    q = StringField(_l("Words"), [Length(max=200)], filters=[lambda text: (text or "").strip()])

    def offer(self, groups: Mapping[str, str], products: list[str], studies: Mapping[str, Study]) -> "FilterForm":
        """What there is to choose from. groups: key -> name."""
        self.show.choices = choices(groups)
        self.product.choices = choices({"": _l("All"), **{name: name for name in products}})
        self.study.choices = choices({"": _l("All"), **{key: study.title for key, study in studies.items()}})
        return self

    def wanted(self) -> Wanted:
        """The filter, without what is not valid. Days are the reader's."""
        self.validate()
        given = {field.name: field.data for field in self if not field.errors}
        until = given.get("until")
        return Wanted(
            groups=frozenset(given.get("show") or ()) & frozenset(GROUPS),
            since=_midnight(given.get("since")),
            until=_midnight(until + timedelta(days=1)) if until and until < date.max else None,
            product=given.get("product") or "",
            study_id=given.get("study") or "",
        )

    @property
    def words(self) -> str:
        return "" if self.q.errors else self.q.data or ""


def _midnight(day: date | None) -> datetime | None:
    return to_utc(datetime.combine(day, time())).replace(tzinfo=UTC) if day and 1 < day.year < date.max.year else None


class InviteForm(FlaskForm):  # type: ignore[misc]
    study = SelectField(_l("Study"))
    channel = SelectField(_l("By"), choices=choices({"email": _l("Email"), "sms": _l("Text message")}))


class CallForm(FlaskForm):  # type: ignore[misc]
    study = SelectField(_l("Study"))
