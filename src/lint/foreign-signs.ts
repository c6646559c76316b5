/** What a pattern says in another language, and how it is said here, where that is plain. */
export interface ForeignSign {
  readonly what: string;
  readonly meant?: readonly string[];
}

const MOST = 8;

/**
 * The patterns that braces stand for; undefined where they are nested, not closed, or stand for
 * many.
 */
function expanded(pattern: string): readonly string[] | undefined {
  const braces = /\{([^{}]*)\}/.exec(pattern);
  if (braces === null) return /[{}]/.test(pattern) ? undefined : [pattern];
  const [whole, inner = ""] = braces;
  const made = inner
    .split(",")
    .map(
      (part) =>
        pattern.slice(0, braces.index) + part.trim() + pattern.slice(braces.index + whole.length),
    );
  const all = made.map(expanded);
  const flat = all.every((one) => one !== undefined) ? all.flat() : undefined;
  return flat === undefined || flat.length > MOST ? undefined : flat;
}

function braceSign(pattern: string): ForeignSign {
  const meant = expanded(pattern);
  return {
    what: "braces do not mean alternatives in a glob",
    ...(meant === undefined ? {} : { meant }),
  };
}

/** A regular expression as a glob, where it says no more than one. */
function globOf(regex: string): string {
  return regex
    .replace(/^\^|\$$/g, "")
    .replace(/\.[*+]/g, "*")
    .replace(/\\([./_-])/g, "$1");
}

function regexSign(pattern: string): ForeignSign {
  const meant = globOf(pattern);
  const plain = !/[\^$\\()|+[\]{}?]/.test(meant) && meant !== pattern;
  return {
    what: "a pattern is a glob, not a regular expression",
    ...(plain ? { meant: [meant] } : {}),
  };
}

const JOKER = "`?` fits only itself in a glob";
const CLASS = "square brackets fit only themselves in a glob";

/**
 * `mcp__server__tool`, `server:tool`, `server.tool`, as `server/tool`. `servers`: those that are
 * known to be such.
 */
function otherAddress(pattern: string, servers: ReadonlySet<string>): ForeignSign | undefined {
  const [, server, name] = /^mcp__(.+?)__(.+)$/.exec(pattern) ?? [];
  if (server !== undefined && name !== undefined) {
    return { what: "tools are written as `server/name`", meant: [`${server}/${name}`] };
  }
  const [, first, mark, rest] = /^([^/:.]+)(:{1,2}|\.)([^/:]+)$/.exec(pattern) ?? [];
  if (first === undefined || mark === undefined || rest === undefined) return undefined;
  if (mark === "." && !servers.has(first)) return undefined;
  return { what: "`/` separates a server and its tool", meant: [`${first}/${rest}`] };
}

/** What the names of tools in a set look like. */
export interface KnownNames {
  readonly servers: ReadonlySet<string>;
  /** True where some other name holds a dot, so that one before a star may belong to the name. */
  readonly dotted: boolean;
}

/** Whether `.*` is the joker of a regular expression, and not a dot that names of tools hold. */
function hasJoker(pattern: string, { dotted }: KnownNames): boolean {
  if (/(?:^|[^A-Za-z0-9])\.[*+]|\.\+/.test(pattern)) return true;
  return !dotted && /^[^/*]+\/.*\.\*/.test(pattern);
}

/**
 * A sign of another language in a pattern on tools, whose names hold letters, digits, `_`, `-`, `.`
 * and `/`.
 */
export function foreignAction(pattern: string, known: KnownNames): ForeignSign | undefined {
  if (/\{[^{}]*,[^{}]*\}/.test(pattern)) return braceSign(pattern);
  if (/[\^$\\|+]/.test(pattern) || hasJoker(pattern, known)) return regexSign(pattern);
  if (pattern.includes("?")) return { what: JOKER, meant: [pattern.replace(/\?+/g, "*")] };
  if (/[[\]]/.test(pattern)) return { what: CLASS };
  if (pattern.startsWith("!"))
    return { what: "a pattern cannot be negated; write a deny rule, or an exception" };
  if (pattern.includes("("))
    return { what: "a pattern names a tool; restrict its arguments in `when`" };
  if (pattern.includes("%"))
    return { what: "`%` fits only itself in a glob", meant: [pattern.replace(/%+/g, "*")] };
  if (/\s/.test(pattern))
    return { what: "names of tools contain no white space", meant: [pattern.replace(/\s+/g, "")] };
  return otherAddress(pattern, known.servers);
}

/**
 * A sign of another language in a pattern on `type:id`: where ids may hold such signs, only what is
 * hardly one.
 */
export function foreignEntity(pattern: string): ForeignSign | undefined {
  const id = pattern.slice(pattern.indexOf(":") + 1);
  if (/\{[^{}]*,[^{}]*\}/.test(pattern)) return braceSign(pattern);
  if (/^\.[*+]$|^\^|\$$|\.\+|\([^()]*\|[^()]*\)/.test(id)) return regexSign(pattern);
  if (/\\[dws.]/.test(id) && !/^[A-Za-z]:\\|^\\\\/.test(id)) return regexSign(pattern);
  if (/\[(?:[!^]|[A-Za-z0-9]-[A-Za-z0-9])[^\]]*\]/.test(id)) return { what: CLASS };
  if (id.includes("?") && !id.includes("://"))
    return { what: JOKER, meant: [pattern.replace(/\?+/g, "*")] };
  return undefined;
}
