import { existsSync } from "node:fs";
import { join } from "node:path";

/** Recorded sessions of one coding agent. */
export interface SessionSource {
  /** The agent's name; undefined where the sessions may be of any. */
  readonly title: string | undefined;
  /** The importer that reads them. */
  readonly format: string;
  readonly path: string;
}

type Env = { readonly [name: string]: string | undefined };

/** Where the coding agents of this user keep their sessions; only folders that are there. */
export function sessionSources(home: string, env: Env): readonly SessionSource[] {
  const claude = env["CLAUDE_CONFIG_DIR"] ?? join(home, ".claude");
  const codex = env["CODEX_HOME"] ?? join(home, ".codex");
  const sources = [
    { title: "Claude Code", format: "claude-code", path: join(claude, "projects") },
    { title: "Codex", format: "coding-agents", path: join(codex, "sessions") },
    {
      title: "Copilot CLI",
      format: "coding-agents",
      path: join(home, ".copilot", "session-state"),
    },
  ];
  return sources.filter(({ path }) => existsSync(path));
}
