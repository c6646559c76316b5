/** What every SQLite database begins with. */
const START = "SQLite format 3\u0000";

/**
 * Why the beginning of a file cannot be read, where the file is an SQLite database; undefined for
 * any other. Names how its sessions are exported.
 */
export function sqliteCause(start: string): string | undefined {
  return start.startsWith(START)
    ? "it is an SQLite database: export its sessions (`opencode export`, `goose session export " +
        "--format json`, for Cursor and others `sqlite3 -json`; docs/importers/coding-agents.md " +
        "has the commands) and import what they write"
    : undefined;
}
