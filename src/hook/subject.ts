import { UserError } from "../diagnostics/user-error.ts";

/** The subject of a host's calls, as `type:id`; a text that is none is a `UserError`. */
export function subjectOf(text: string): { readonly type: string; readonly id: string } {
  const [, type, id] = /^([a-z]+):(.+)$/s.exec(text) ?? [];
  if (type !== undefined && id !== undefined) return { type, id };
  throw new UserError("usage", `\`${text}\` is not a subject`, {
    help: "write type:id, as agent:coder",
  });
}
