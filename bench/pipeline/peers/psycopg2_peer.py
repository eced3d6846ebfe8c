"""A peer of the bench in Python; what it reads and prints is described in peer.ts."""

import csv
import json
import sys

import psycopg2

# As many rows as rowferry fetches at once; psycopg2's default is 2,000.
FETCH_ROWS = 1000


def copy(connection, query):
    with connection.cursor() as cursor, open("/dev/null", "wb") as file:
        cursor.copy_expert(f"copy ({query}) to stdout with (format csv, header)", file)
        return cursor.rowcount


def read_by_cursor(connection, query):
    with connection.cursor("bench") as cursor, open("/dev/null", "w", newline="") as file:
        cursor.itersize = FETCH_ROWS
        cursor.execute(query)
        writer = csv.writer(file)
        rows = 0
        for row in cursor:
            if rows == 0:
                writer.writerow([column.name for column in cursor.description])
            writer.writerow(row)
            rows += 1
        return rows


def say(line):
    print(line, flush=True)


run = {"copy": copy, "cursor": read_by_cursor}[sys.argv[1]]
task = json.loads(sys.stdin.readline())
connection = psycopg2.connect(task["postgresUrl"])
run(connection, task["warmUp"])
connection.rollback()
say("ready")
if sys.stdin.readline() != "":
    say("done " + json.dumps({"rows": run(connection, task["query"])}))
    connection.close()
    sys.stdin.read()
