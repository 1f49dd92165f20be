"""CSV files as people have them: whatever encoding, delimiter and headers. Nothing is held in memory but a row."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from app.contacts.attributes import ATTRIBUTE_TYPES, attribute_name
from app.contacts.cleaning import FIELDS, ID_PREFIX
from app.core.problems import N_, Problem

ENCODINGS = ("utf-8", "utf-16", "cp1250", "cp1251", "cp1252")
DELIMITERS = ",;\t|"
LINE, REASON = "canvass_line", "canvass_problem"  # the columns added to a file of bad rows; ignored when it comes back
IGNORE = ""
_CHUNK = 1 << 16
_SAMPLE = 1 << 20
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Letters our languages need from either Latin code page; the bytes coincide, so the page that explains more of them is it.
_LETTERS = {
    "cp1250": set("ąćęłńóśźżĄĆĘŁŃÓŚŹŻăâîşţĂÂÎŞŢ"),
    "cp1252": set("àèéìòùÀÈÉÌÒÙáíóúñçäöüßâêîôûëïÄÖÜÇÑÉ"),
}

SYNONYMS: Mapping[str, str] = {
    "external_id": "id|externalid|customer id|customerid|customer|customer no|customer number|client id|crm id|key|numer klienta"
    "|id klienta|ид|id клиента|номер клиента|id client|cod client|codice cliente|id cliente",
    "name": "full name|fullname|contact|contact name|imię i nazwisko|imie i nazwisko|nazwa|фио|имя и фамилия|nume complet"
    "|nome completo|nominativo",
    "given_name": "first name|firstname|forename|imię|imie|имя|prenume|nome",
    "family_name": "last name|lastname|surname|nazwisko|фамилия|nume|cognome",
    "email": "e-mail|mail|email address|e-mail address|adres e-mail|adres email|poczta|почта|эл. почта|электронная почта"
    "|adresa de e-mail|indirizzo e-mail|posta elettronica",
    "phone": "telephone|phone number|mobile|mobile phone|mobile number|cell|cell phone|tel|tel.|msisdn|telefon|nr telefonu"
    "|numer telefonu|komórka|телефон|номер телефона|мобильный|număr de telefon|telefon mobil|telefono|cellulare",
    "language": "lang|locale|język|jezyk|язык|limba|limbă|lingua",
    "time_zone": "timezone|time zone|tz|strefa czasowa|часовой пояс|fus orar|fuso orario",
    "kind": "prospect or customer|rodzaj|тип клиента|tip client|tipo cliente",
    "customer_since": "customer from|klient od|клиент с|client din|cliente dal",
    "account": "company account|account name|konto firmy|аккаунт|cont firmă|azienda cliente",
    "account_role": "role in account|rola w firmie|роль в компании|rol în firmă|ruolo in azienda",
    "consent_email": "email consent|e-mail consent|email opt in|email opt-in|zgoda e-mail|zgoda email",
    "consent_sms": "sms consent|sms opt in|sms opt-in|zgoda sms",
    "consent_phone": "phone consent|call consent|consent_call|zgoda telefon",
    "consent_field": "visit consent|consent_visit",
    "consent_basis": "basis|legal basis|podstawa prawna",
    "consent_source": "source of consent|źródło zgody",
    "consent_purpose": "purpose|cel",
}  # fmt: skip
PREFIXES = (*ATTRIBUTE_TYPES, ID_PREFIX)  # before a colon and a name
_FIELD_OF = {word: field for field, words in SYNONYMS.items() for word in words.split("|")} | {f: f for f in FIELDS}


@dataclass(slots=True)
class CsvFile:
    """An opened file. `headers` as written; iterating gives (line of the row's start, cells or a Problem)."""

    encoding: str
    delimiter: str
    headers: list[str]
    _reader: Iterator[list[str]]
    _text: io.TextIOWrapper

    def close(self) -> None:
        """Let go of the stream, which stays open for whoever opened it."""
        self._text.detach()

    def __iter__(self) -> Iterator[tuple[int, list[str] | Problem]]:
        width = len(self.headers)
        while True:
            line = self._reader.line_num + 1  # type: ignore[attr-defined]
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield line, _unreadable(line, self._reader.line_num, str(error))  # type: ignore[attr-defined]
                continue
            if not any(cell.strip() for cell in cells):
                continue
            if any(cell.strip() for cell in cells[width:]):
                yield line, _too_many(len(cells), width)
            else:
                yield line, (cells + [""] * width)[:width]


def _unreadable(first: int, last: int, reason: str) -> Problem:
    message = N_("Lines {first} to {last} cannot be read as CSV ({reason}).")
    remedy = N_("Look for a quotation mark that is not closed or stands inside a cell; write it twice there.")
    return Problem("unreadable_row", message, {"first": first, "last": last, "reason": reason}, remedy=remedy)


def _too_many(found: int, expected: int) -> Problem:
    message = N_("The row has {found} cells, the header {expected}.")
    remedy = N_("Put a cell that contains the delimiter between quotation marks.")
    return Problem("too_many_cells", message, {"found": found, "expected": expected}, remedy=remedy)


def open_csv(stream: BinaryIO, encoding: str | None = None) -> CsvFile | Problem:
    """Open a seekable file; the encoding is detected unless given (ENCODINGS), the delimiter always."""
    encoding = encoding or detect_encoding(stream)
    stream.seek(0)
    # undecodable bytes become lone surrogates, which cleaning refuses row by row; UTF-16 cannot carry them
    errors = "replace" if encoding == "utf-16" else "surrogateescape"
    if encoding == "utf-8":
        encoding = "utf-8-sig"
    text = io.TextIOWrapper(stream, encoding, errors, newline="")
    try:
        first = text.readline()
        text.seek(0)
        if first.lower().startswith("sep="):
            text.readline()
            first = text.readline()
            text.seek(0)
            text.readline()
    except UnicodeError:
        text.detach()
        return _unusable(N_("The file cannot be read in the encoding {encoding}."), encoding)
    delimiter = sniff_delimiter(first)
    reader = csv.reader(text, delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        headers = [header.strip() for header in next(reader, [])]
    except csv.Error:
        headers = []
    while headers and not headers[-1]:
        headers.pop()
    if not headers or any("\0" in header for header in headers):
        text.detach()
        return _unusable(N_("The file has no first row with the names of its columns."), encoding)
    return CsvFile(encoding, delimiter, headers, reader, text)


def _unusable(message: str, encoding: str) -> Problem:
    remedy = N_("Save it as CSV UTF-8, with the names of the columns in the first row.")
    return Problem("unusable_file", message, {"encoding": encoding}, remedy=remedy)


def detect_encoding(stream: BinaryIO) -> str:
    """By byte order mark; else UTF-8 if the whole file is; else the Windows code page that explains its letters best."""
    stream.seek(0)
    sample = stream.read(_SAMPLE)
    for bom, encoding in _BOMS:
        if sample.startswith(bom):
            return encoding
    if _is_utf8(stream):
        return "utf-8"
    high = re.findall(rb"[\x80-\xff]", sample)
    # Cyrillic words are all high bytes; in Latin ones they stand alone
    if sum(map(len, re.findall(rb"[\xc0-\xff]{3,}", sample))) * 2 > len(high):
        return "cp1251"
    return max(("cp1252", "cp1250"), key=lambda page: _explained(page, high))


def _is_utf8(stream: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    stream.seek(0)
    try:
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _explained(page: str, high: Sequence[bytes]) -> int:
    return sum(byte.decode(page, "replace") in _LETTERS[page] for byte in high)


def sniff_delimiter(line: str) -> str:
    """The delimiter that splits the header into the most cells."""
    return max(DELIMITERS, key=lambda delimiter: len(next(csv.reader([line], delimiter=delimiter), [])))


def suggest_mapping(headers: Sequence[str]) -> dict[str, str]:
    """Header -> a field of cleaning.FIELDS, a typed attribute (`int:age`), an id (`id:rfid`) or IGNORE, by the header's words."""
    return {header: _suggest(header) for header in headers}


def _suggest(header: str) -> str:
    words = " ".join(header.lower().replace("_", " ").split())
    kind, colon, name = header.partition(":")
    if header in (LINE, REASON):
        return IGNORE
    if colon and kind.strip().lower() in PREFIXES and attribute_name(name):
        return f"{kind.strip().lower()}:{attribute_name(name)}"
    field = _FIELD_OF.get(words) or _FIELD_OF.get(words.replace(" ", "_"))
    return field or (f"attr:{attribute_name(header)}" if attribute_name(header) else IGNORE)


def mapping_problems(headers: Sequence[str], mapping: Mapping[str, str]) -> list[Problem]:
    """What is wrong with a mapping for these headers: unknown columns or fields, one field from two columns, nobody known."""
    problems = []
    for header in set(mapping) - set(headers):
        message = N_("The file has no column {column}.")
        problems.append(Problem("unknown_column", message, {"column": header}, remedy=N_("Check the mapping.")))
    used = [(h, mapping.get(h, IGNORE)) for h in headers]
    for header, field in used:
        if field and field not in FIELDS and not (field.partition(":")[0] in PREFIXES and ":" in field):
            message = N_("{field} is not something a contact has.")
            remedy = N_("Use one of: {fields}, or attr:, int:, number:, bool:, date:, id: and a name.")
            params = {"field": field, "fields": ", ".join(FIELDS)}
            problems.append(Problem("unknown_field", message, params, header, remedy))
    for field, times in Counter(field for _, field in used if field).items():
        if times > 1:
            columns = ", ".join(header for header, f in used if f == field)
            message = N_("The columns {columns} all mean {field}.")
            remedy = N_("Keep one of them and ignore the others.")
            problems.append(Problem("duplicate_column", message, {"columns": columns, "field": field}, remedy=remedy))
    if not {"external_id", "email", "phone", ID_PREFIX} & {field.partition(":")[0] for _, field in used}:
        message = N_("No column says who the people are.")
        remedy = N_("Name a column external_id, email or phone, or say which column is one of these.")
        problems.append(Problem("no_identity_column", message, remedy=remedy))
    return problems
