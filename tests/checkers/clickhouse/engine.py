"""Starts the ClickHouse engine on a configuration and prints, as JSON, what the engine says of it. First argument: config.xml."""

import json
import os
import sys
import tempfile

config = os.path.abspath(sys.argv[1])
# The import itself starts an engine, and that one takes any config.xml of the working directory.
os.chdir(tempfile.mkdtemp())
import chdb  # noqa: E402

connection = chdb.connect(f":memory:?config-file={config}")


def rows(query):
    return [json.loads(line) for line in str(connection.query(query, "JSONEachRow")).splitlines() if line]


print(
    json.dumps(
        {
            "version": rows("SELECT version() AS version")[0]["version"],
            "server": rows(
                "SELECT name, value, type, toBool(changed) AS changed, changeable_without_restart != 'No' AS live FROM system.server_settings"
            ),
            "profile": rows("SELECT name, value, type, toBool(changed) AS changed FROM system.settings"),
            "macros": rows("SELECT macro, substitution FROM system.macros"),
            "clusters": rows("SELECT cluster, host_name, port, user FROM system.clusters"),
            "users": rows("SELECT name, toString(auth_type) AS auth FROM system.users"),
        }
    )
)
