"""Tables of contacts: profiles, endpoints, the history of consent, suppressions, and uploaded files. Those of what joins several
contacts are in group_models.py."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Instant, Json, Scoped, Searchable, db


def of_contact() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["workspace_id", "contact_id"], ["contacts.workspace_id", "contacts.id"])


class ContactRow(db.Model, Scoped):
    """A person. `external_id`: the customer's own key for them; `time_zone`: an IANA name, "" when unknown.

    `kind`: prospect or customer; `customer_since`: None when it is not known. `attributes`: name -> value as AttributeRow says.
    `search`: name, external ids and addresses in lower case, so that staff find a person by any of them. An erased person keeps
    the row, empty, because interviews point at it; so does one who was merged into another (`merged_into`), with `erased_at` set.
    """

    __tablename__ = "contacts"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    external_id: Mapped[str | None] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(10), default="")
    time_zone: Mapped[str] = mapped_column(String(64), default="")
    kind: Mapped[str] = mapped_column(String(10), default="customer")
    customer_since: Mapped[datetime | None] = mapped_column(Instant)
    attributes: Mapped[dict[str, Any]] = mapped_column(Searchable)
    search: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    erased_at: Mapped[datetime | None] = mapped_column(Instant)
    merged_into: Mapped[str | None] = mapped_column(Id)
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "external_id"),
    )


class ExternalIdRow(db.Model, Scoped):
    """Another key by which somebody knows a contact: a loyalty card, an RFID tag. scheme: whose keys these are; OWN for former
    values of `contacts.external_id` (of a contact that was merged)."""

    __tablename__ = "external_ids"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    contact_id: Mapped[str] = mapped_column(Id)
    scheme: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(200))
    __table_args__ = (
        of_contact(),
        UniqueConstraint("workspace_id", "scheme", "value"),
        Index(None, "workspace_id", "contact_id"),
    )


class AttributeRow(db.Model, Scoped):
    """What a workspace keeps about its contacts under a name. type: a key of attributes.TYPES. choices: code -> label, in order.

    personal: erased and exported as personal data, and never shown to interviewers.
    """

    __tablename__ = "attribute_definitions"
    workspace_id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    type: Mapped[str] = mapped_column(String(10))
    label: Mapped[str] = mapped_column(String(200))
    choices: Mapped[list[list[str]]] = mapped_column(Json)
    personal: Mapped[bool]
    position: Mapped[int]


class OriginRow(db.Model, Scoped):
    """Where an attribute's present value comes from, when staff wrote it or an interview did. by: staff, interview.

    actor: the user's id. question: its name in the questionnaire's version. A file or program that writes the attribute
    afterwards deletes the row.
    """

    __tablename__ = "attribute_origins"
    contact_id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    by: Mapped[str] = mapped_column(String(10))
    actor: Mapped[str | None] = mapped_column(String(64))
    interview_id: Mapped[str | None] = mapped_column(Id)
    version_id: Mapped[str | None] = mapped_column(Id)
    question: Mapped[str | None] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (of_contact(),)


class EndpointRow(db.Model, Scoped):
    """An address by which a contact is reached. channel: email or phone; address: lower case, or E.164; rank: 0 is tried first.

    status: good; failed (it does not exist); landline (no texts); former (replaced; kept since it may be suppressed).
    """

    __tablename__ = "endpoints"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    contact_id: Mapped[str] = mapped_column(Id)
    channel: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(254))
    status: Mapped[str] = mapped_column(String(10), default="good")
    rank: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        of_contact(),
        UniqueConstraint("workspace_id", "contact_id", "address"),
        Index(None, "workspace_id", "address"),
    )


class ConsentRow(db.Model, Scoped):
    """One act of giving or withdrawing; append only, the latest for a channel and purpose is in force.

    channel: email, sms, phone (a call) or field (a visit). basis: consent, contract or legitimate_interest (GDPR art. 6).
    """

    __tablename__ = "consents"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    contact_id: Mapped[str] = mapped_column(Id)
    channel: Mapped[str] = mapped_column(String(10))
    purpose: Mapped[str] = mapped_column(String(40))
    given: Mapped[bool]
    basis: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (of_contact(), Index(None, "workspace_id", "contact_id"))


class SuppressionRow(db.Model, Scoped):
    """Who must not be contacted: an address (by its hash, so that it outlives the contact) or a contact on any address.

    channel: email; phone (texts and calls); sms; call; all. study_id: None for every study.
    """

    __tablename__ = "suppressions"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    channel: Mapped[str] = mapped_column(String(10))
    address_hash: Mapped[str | None] = mapped_column(String(64))
    address: Mapped[str | None] = mapped_column(String(254))
    contact_id: Mapped[str | None] = mapped_column(Id)
    study_id: Mapped[str | None] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(Instant)
    lifted_at: Mapped[datetime | None] = mapped_column(Instant)
    lifted_note: Mapped[str] = mapped_column(String(500), default="")
    __table_args__ = (
        Index(None, "workspace_id", "address_hash"),
        Index(None, "workspace_id", "contact_id"),
    )


class UploadRow(db.Model, Scoped):
    """A CSV file that staff uploaded. state: new, queued, running, done, failed. checked: the report is of a trial, nothing stored.

    `content` goes when the import is done, `bad_rows` (CSV) after KEEP (uploads.py): both hold personal data.
    """

    __tablename__ = "contact_uploads"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    file_name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    size: Mapped[int]
    read: Mapped[int] = mapped_column(default=0)
    actor: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10), default="new")
    checked: Mapped[bool] = mapped_column(default=False)
    options: Mapped[dict[str, Any]] = mapped_column(Json)
    report: Mapped[dict[str, Any] | None] = mapped_column(Json)
    bad_rows: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (Index(None, "state", "due_at"),)
