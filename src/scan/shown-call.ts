import type { TraceEvent } from "../api/trace-event.ts";
import { stringMember } from "../request/json.ts";
import { withStars } from "../request/without-secrets.ts";
import { hideSecrets } from "../text/hide-secrets.ts";
import { HOST_SERVER } from "../request/host-server.ts";

const PLAIN = /^[A-Za-z][\w.+-]*$/;
const MOST_WORDS = 2;

/** The first words of a shell line that are names: which program, and what of it. */
function programOf(line: string): string {
  const words: string[] = [];
  for (const word of line.trim().split(/\s+/)) {
    if (!PLAIN.test(word) || words.length === MOST_WORDS) break;
    words.push(word);
  }
  return words.join(" ");
}

/** The tool of a call; one of an MCP server stands behind its server. */
export function shownTool({ request }: TraceEvent): string {
  const [server, name = "?"] = ["server", "name"].map((key) => stringMember(request.action, key));
  return server === undefined || server === HOST_SERVER ? name : `${server}/${name}`;
}

/** A call as a line shows it: its tool, and of a shell line its first words. No other arguments. */
export function shownCall(event: TraceEvent): string {
  const tool = shownTool(event);
  const program = programOf(stringMember(event.request.args, "command") ?? "");
  return program === "" ? tool : `${tool}: ${hideSecrets(program)} …`;
}

const MOST_CHARACTERS = 300;

/** The arguments of a call as one line; secrets in them are stars. */
export function shownArguments({ request }: TraceEvent): string {
  const command = stringMember(request.args, "command");
  const text = hideSecrets(command ?? JSON.stringify(withStars(request.args ?? {})));
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
