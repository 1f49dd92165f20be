"""How fast segments are counted: ``python -m bench.segments [--rows 1000000]``, on PostgreSQL.

A workspace of contacts with six typed attributes, an act of consent each, and four events each (one of the import, three of four
kinds over 700 days) is written by SQL; then each expression is counted three times as the page does it. Prints the fastest and
slowest in seconds, the people found, and the expression. The cluster is the tests' own, which makes nothing durable.
"""

import argparse
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from flask_migrate import upgrade

from app import models as models
from app.accounts import service as accounts
from app.contacts import definitions, segment_reading, segments
from app.contacts.attributes import Definition
from app.engine.model import Expression
from app.factory import create_app
from app.migrations import DIRECTORY
from bench.contacts import PLANS, database
from config import Testing

NOW = datetime(2026, 11, 4, 12, tzinfo=UTC)
DECLARED = [
    Definition("age", "number", "Age"),
    Definition("plan", "choice", "Plan", PLANS),
    Definition("spend", "number", "Spend"),
    Definition("joined", "date", "Joined"),
    Definition("newsletter", "boolean", "Newsletter"),
    Definition("tags", "tags", "Tags"),
]
EXPRESSIONS = [
    "true",
    "kind = 'prospect'",
    "plan = 'gold'",
    "age >= 65 and plan = 'gold'",
    "selected(tags, 'vip')",
    "joined < '2012-01-01'",
    "consent_email",
    "count-events('delivered', 30) > 0",
    "last-event('ticket.opened') < today() - 300",
    "events-sum('transaction', 'profit', 365) > 300",
    "last-value('interview.completed', 'profit') <= 6",
    "plan = 'gold' and consent_email and count-events('transaction', 365) >= 2",
]
ID = "'0193000{}-0000-7000-8000-' || lpad({}::text, 12, '0')"
FILL = [
    f"""
    INSERT INTO contacts (id, workspace_id, external_id, name, language, time_zone, kind, attributes, search, created_at,
      updated_at)
    SELECT {ID.format(0, "n")}, %(home)s, 'C-' || n, 'Person Number' || n, (array['pl','en','ru'])[1 + n %% 3], '',
      (array['customer','prospect'])[1 + (n %% 5 = 0)::int],
      jsonb_build_object('age', 18 + n %% 70, 'plan', (array['gold','silver','free'])[1 + n %% 3],
        'spend', n::bigint * 7919 %% 1000 + 0.5,
        'joined', to_char(date '2010-01-01' + (n::bigint * 104729 %% 5800)::int, 'YYYY-MM-DD'),
        'newsletter', n %% 4 = 0, 'tags', CASE WHEN n %% 10 = 0 THEN '["vip"]'::jsonb ELSE '["shop", "web"]'::jsonb END),
      'c-' || n || E'\\nperson number' || n || E'\\nperson' || n || '@example.com', %(now)s, %(now)s
    FROM generate_series(1, %(rows)s) n""",
    f"""
    INSERT INTO consents (id, workspace_id, contact_id, channel, purpose, given, basis, source, at)
    SELECT {ID.format(1, "n")}, %(home)s, {ID.format(0, "n")}, 'email', 'research', n %% 10 <> 1, 'consent',
      'import: file.csv', %(now)s
    FROM generate_series(1, %(rows)s) n""",
    f"""
    INSERT INTO events (id, workspace_id, kind, at, contact_id, data)
    SELECT {ID.format(2, "n")}, %(home)s, 'contact.created', %(now)s - interval '400 days',
      {ID.format(0, "n")}, '{{"source":"import"}}'
    FROM generate_series(1, %(rows)s) n""",
    f"""
    INSERT INTO events (id, workspace_id, kind, at, contact_id, data)
    SELECT {ID.format(3, "n")}, %(home)s,
      (array['customer.transaction','customer.delivered','customer.ticket.opened','interview.completed'])[1 + n %% 4],
      %(now)s - (n::bigint * 7919 %% 700) * interval '1 day', {ID.format(0, "(1 + n::bigint * 104729 %% %(rows)s)")},
      '{{"product":"p' || n %% 20 || '","profit":' || (n::bigint * 31 %% 4000) / 10.0 || '}}'
    FROM generate_series(1, 3 * %(rows)s) n""",
    "VACUUM ANALYZE",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as name, database("postgresql", Path(name)) as (url, _):
        app = create_app(Testing({"DATABASE_URL": url, "VAR_DIR": name}))
        with app.app_context():
            upgrade(DIRECTORY)
            made = accounts.create_workspace("Bench", NOW, contact_line="bench@example.org")
            assert isinstance(made, accounts.Workspace), made
            assert definitions.declare(made.id, DECLARED, "command", NOW) == []
            with psycopg.connect(url, autocommit=True) as connection:
                for statement in FILL:
                    connection.execute(statement.encode(), {"home": made.id, "now": NOW, "rows": rows})
            for source in EXPRESSIONS:
                measure(made.id, source)


def measure(workspace_id: str, source: str) -> None:
    expression = segments.understood(workspace_id, source)
    assert isinstance(expression, Expression), expression
    times, found = [], 0
    for _ in range(3):
        began = time.perf_counter()
        found = segment_reading.count(workspace_id, expression, NOW)
        times.append(time.perf_counter() - began)
    print(f"{min(times):5.2f} {max(times):5.2f} {found:8}  {source}", flush=True)


if __name__ == "__main__":
    main()
