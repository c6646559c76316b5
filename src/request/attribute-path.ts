const SEGMENT = /\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g;

/**
 * The segments of an attribute path as written: `args.items[0].x`, `context["a.b"]`. List indexes
 * are digits.
 */
export function parsePath(text: string): readonly string[] {
  const segments: string[] = [];
  for (const [, index, quoted, name] of text.matchAll(SEGMENT)) {
    segments.push(quoted === undefined ? (index ?? name ?? "") : unquoted(quoted));
  }
  return segments;
}

function unquoted(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}

/** A path as {@link parsePath} reads it. */
export function showPath([root = "", ...keys]: readonly string[]): string {
  return keys.reduce(memberPath, root);
}

/** The path of the member `key` of what lies at `path`. */
export function memberPath(path: string, key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key)
    ? `${path}.${key}`
    : `${path}[${JSON.stringify(key)}]`;
}
