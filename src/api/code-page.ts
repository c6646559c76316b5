import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { CODES } from "../diagnostics/codes.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { meantHelp } from "../text/slip.ts";
import { packagedPath } from "./packaged.ts";

/** A kind of finding: its title, and its page as Markdown. */
export interface CodePage {
  readonly code: string;
  readonly title: string;
  readonly page: string;
}

/** The page of a finding's code; a code that there is none of is a `UserError`. */
export function codePage(code: string): CodePage {
  const title = new Map<string, string>(Object.entries(CODES)).get(code);
  if (title === undefined) throw unknownCode(code);
  const file = packagedPath(`docs/lint/${code}.md`);
  if (file === undefined)
    throw new UserError("no-page", `the page of \`${code}\` is missing from this installation`, {
      help: "install agentz anew",
    });
  return { code, title, page: readFileSync(file, "utf8") };
}

/** The address of a finding's page in this installation; undefined where it has none. */
export function codePageAddress(code: string): string | undefined {
  const file = Object.hasOwn(CODES, code) ? packagedPath(`docs/lint/${code}.md`) : undefined;
  return file === undefined ? undefined : pathToFileURL(file).href;
}

function unknownCode(code: string): UserError {
  return new UserError("no-such-code", `there is no finding \`${code}\``, {
    help: meantHelp(code, Object.keys(CODES), "`agentz lint --rules` lists them"),
  });
}
