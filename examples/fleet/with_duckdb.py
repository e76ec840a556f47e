"""Answers questions about a fleet out of what `auditable inspect --format ndjson` wrote.

    python with_duckdb.py 'scan/*.ndjson' CRATE
"""

import sys

import columns
import duckdb

# A row for each binary, and one for each crate in each list.
VIEWS = """
CREATE VIEW programs AS
    SELECT path, member, bytes, unnest(binaries) AS inside FROM scan;
CREATE VIEW crates AS
    SELECT path, member, package.name, package.version, package.source, package.kind
    FROM (SELECT path, member, unnest(inside.lists) AS list FROM programs), unnest(list.packages) AS of(package);
"""

QUESTIONS = {
    "versions": ("Where does the crate run, and in which versions?", """
        SELECT version, source, count(DISTINCT (path, member)) AS binaries, min(path) AS for_example
        FROM crates WHERE name = $crate GROUP BY ALL ORDER BY binaries DESC, version"""),
    "common": ("Which crates are in most binaries?", """
        SELECT name, count(DISTINCT (path, member)) AS binaries, count(DISTINCT version) AS versions
        FROM crates WHERE kind = 'runtime' GROUP BY name ORDER BY binaries DESC, name LIMIT 10"""),
    "silent": ("Which Rust binaries have no list, and what can be told of them?", """
        SELECT path, member, inside.facts.rustc[1].version AS rustc, len(inside.recovered) AS recovered
        FROM programs WHERE len(inside.lists) = 0 AND (len(inside.facts.rustc) > 0 OR len(inside.recovered) > 0)
        ORDER BY path, member LIMIT 10"""),
    "unread": ("What could not be read?", """
        SELECT path, member, error FROM scan WHERE error IS NOT NULL
        UNION ALL SELECT path, member, inside.error FROM programs WHERE inside.error IS NOT NULL
        ORDER BY path, member"""),
}


def main(pattern, crate):
    database = duckdb.connect()
    # A relation is found by the name of its variable.
    scan = database.read_json(pattern, format="newline_delimited", columns=columns.duckdb())
    scan.create_view("scan")
    database.execute(VIEWS)
    for question, query in QUESTIONS.values():
        print(question)
        parameters = {"crate": crate} if "$crate" in query else {}
        database.execute(query, parameters)
        print("  " + " | ".join(column[0] for column in database.description))
        for row in database.fetchall():
            print("  " + " | ".join("-" if value is None else str(value) for value in row))


if __name__ == "__main__":
    main(*sys.argv[1:])
