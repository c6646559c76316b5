import type { DiagnosticCode } from "../diagnostics/codes.ts";
import type { DiagnosticNote } from "../diagnostics/diagnostic.ts";
import type { Place } from "../policy/model.ts";
import type { MissingParts } from "../policy/sound-part.ts";
import type { Source, Span } from "../text/span.ts";
import type { LintContext } from "./context.ts";

/** How loud a rule is; `off`: it is not asked at all. */
export type Level = "off" | "warning" | "error";

/** A change of a file's text. */
export interface Edit {
  readonly file: string;
  readonly span: Span;
  readonly text: string;
}

/** What a rule found: where, what, and the way out. The runner adds code and level. */
export interface Problem {
  readonly place: Place;
  /** Narrower than the place's own. */
  readonly span?: Span;
  readonly message: string;
  readonly help?: string;
  readonly notes?: readonly DiagnosticNote[];
  /** The one right change, where there is just one. */
  readonly fix?: readonly Edit[];
  /** Where the misspelled name stands that this follows from: once it is right, this is gone. */
  readonly cause?: Place | undefined;
}

interface RuleHead {
  readonly code: DiagnosticCode;
  /** Its level where nothing else is configured. */
  readonly level: Level;
  /** A fault is wrong whatever the author meant; an opinion is a matter of house style. */
  readonly kind: "fault" | "opinion";
}

/** A rule on a file's text: it is asked of files that do not load too. */
export interface TextRule extends RuleHead {
  readonly needs: "text";
  readonly run: (source: Source) => Iterable<Problem>;
}

/** A rule on a policy set, or on what of it has no error in it. */
export interface SetRule extends RuleHead {
  readonly needs: "set";
  /**
   * Kinds of documents that have to be there in full: what is not found in a part may stand in what
   * is broken.
   */
  readonly whole?: readonly (keyof MissingParts)[];
  readonly run: (context: LintContext) => Iterable<Problem>;
}

/** Findings on suppressions themselves, which only the runner can make. */
export interface RunnerRule extends RuleHead {
  readonly needs: "runner";
}

export type LintRule = TextRule | SetRule | RunnerRule;
