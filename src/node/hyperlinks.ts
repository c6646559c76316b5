import type { Io } from "./io.ts";

/** Terminals that say their name and show links, by `TERM_PROGRAM`. */
const PROGRAMS: ReadonlySet<string> = new Set([
  "iTerm.app",
  "WezTerm",
  "vscode",
  "ghostty",
  "Hyper",
  "rio",
  "Tabby",
]);

/** The first version of VTE that shows links: 0.50. */
const VTE = 5000;

/**
 * Whether the terminal is known to show hyperlinks (OSC 8); one that is not known gets none, since
 * some show the address as text. `FORCE_HYPERLINK` decides before, as in other tools: 0 is none.
 * WHY not a library: those read the environment of the process, and this one is given.
 */
export function showsHyperlinks({ env }: Pick<Io, "env">): boolean {
  const forced = env["FORCE_HYPERLINK"];
  if (forced !== undefined && forced !== "") return forced !== "0";
  if (env["TERM"] === "dumb" || (env["CI"] ?? "") !== "") return false;
  return (
    PROGRAMS.has(env["TERM_PROGRAM"] ?? "") ||
    (env["WT_SESSION"] ?? "") !== "" ||
    /kitty|alacritty|ghostty|foot/.test(env["TERM"] ?? "") ||
    Number(env["VTE_VERSION"] ?? "0") >= VTE
  );
}
