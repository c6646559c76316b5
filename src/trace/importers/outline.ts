/**
 * Members that hold what a call carried, in any of the formats: whatever an agent wrote or was
 * given may stand there.
 */
const CARRIED: ReadonlySet<string> = new Set([
  "input",
  "output",
  "arguments",
  "args",
  "tool_input",
  "tool_response",
  "toolUseResult",
  "tool_call",
  "content",
  "metadata",
  "injections",
  "structuredContent",
]);

const STRING = /"(?:[^"\\]|\\.)*"?/y;

/**
 * JSON text without what calls carried: of such members only `{}` or `[]` is left. WHY: a format is
 * told by the names of its members, and those of an argument (`observations`, `jsonrpc`) are
 * another's. Texts need no care: quotes in them have a backslash. Text that is cut off, or no JSON,
 * comes back as far as it can be followed.
 */
export function outline(text: string): string {
  let [kept, from, at] = ["", 0, 0];
  let name: string | undefined;
  while (at < text.length) {
    const char = text[at] ?? "";
    if (char === '"') {
      const end = endOfString(text, at);
      name = text.slice(at + 1, end - 1);
      at = end;
    } else if ((char === "{" || char === "[") && name !== undefined && CARRIED.has(name)) {
      kept += text.slice(from, at + 1) + (char === "{" ? "}" : "]");
      from = at = endOfContainer(text, at);
      name = undefined;
    } else {
      // only a colon and blanks may stand between a member's name and its value
      if (!/[\s:]/.test(char)) name = undefined;
      at++;
    }
  }
  return kept + text.slice(from);
}

function endOfString(text: string, at: number): number {
  STRING.lastIndex = at;
  STRING.test(text);
  return Math.max(STRING.lastIndex, at + 1);
}

function endOfContainer(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; ) {
    const char = text[at];
    if (char === '"') {
      at = endOfString(text, at);
      continue;
    }
    if (char === "{" || char === "[") depth++;
    else if ((char === "}" || char === "]") && --depth === 0) return at + 1;
    at++;
  }
  return text.length;
}
