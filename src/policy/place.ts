import type { Span } from "../text/span.ts";

/**
 * Where a node of a document stands: file, offsets, YAML path. Kept through every pass so that it
 * can point back. A record that has a name (document, rule, agent, tool, declaration) spans what
 * names it; its path is its own.
 */
export interface Place {
  readonly file: string;
  readonly span: Span;
  readonly path: string;
}
