import { UserError } from "../diagnostics/user-error.ts";
import type { BundleResult } from "../documents/bundle-result.ts";
import { sha256Base64 } from "../node/hash.ts";
import { formatsOf, reporterOf, type DocumentName, type Documents } from "../report/formats.ts";
import type { ReportOptions } from "../report/reporter.ts";
import { meantHelp } from "../text/slip.ts";

/** A result document that can be written; `command` tells which. */
export type ResultDocument = Exclude<Documents[DocumentName], BundleResult>;

/**
 * A document in one of its formats, by the document's name.
 *
 * @internal
 */
export async function renderAs<Name extends DocumentName>(
  name: Name,
  document: Documents[Name],
  shown: Partial<ReportOptions> & { readonly format: string },
): Promise<string> {
  const { format, ...options } = shown;
  const reporter = await reporterOf(name, format);
  if (reporter !== undefined)
    return reporter(document, { color: false, details: false, pin: sha256Base64, ...options });
  throw new UserError("usage", `there is no format \`${format}\` for this document`, {
    help: meantHelp(format, formatsOf(name), `it is written as ${formatsOf(name).join(", ")}`),
  });
}

/**
 * A result document in one of its formats: the same bytes that its command writes. A format is
 * loaded when it is first asked for; one that the document does not have is a `UserError`.
 */
export async function render(
  document: ResultDocument,
  format: string,
  options: Partial<ReportOptions> = {},
): Promise<string> {
  return renderAs(document.command, document, { ...options, format });
}
