import { type ChangeRequest } from "../../api/comment/change-request.ts";
import { postComment } from "../../api/comment/post-comment.ts";
import { renderAs } from "../../api/render.ts";
import { inertText } from "../../diagnostics/inert-text.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import type { CiResult } from "../../documents/ci-result.ts";
import type { Io } from "../../node/io.ts";
import { reportFolder } from "../../node/report-folder.ts";
import { hideSecrets } from "../../text/hide-secrets.ts";

/** What `--comment` asks for: a name, or true for the comment without one. */
export interface CommentFlag {
  readonly name: string | true;
  readonly io: Io;
}

/** The result as a comment: as much of it as the server takes, without secrets. */
async function commentText(
  result: CiResult,
  limit: number,
  { name, io }: CommentFlag,
): Promise<string> {
  const named = name === true ? "" : `<!-- agentz ci: ${name} -->\n`;
  const text = await renderAs("ci", result, {
    format: "markdown",
    folder: await reportFolder(io),
    most: limit - named.length,
  });
  return `${named}${hideSecrets(text)}`;
}

/**
 * Writes or updates the comment, and tells on stderr; gives the exit status of that: 2 where the
 * server refuses it, since whoever asked for a comment would miss it.
 */
export async function writeComment(
  result: CiResult,
  change: ChangeRequest | undefined,
  flag: CommentFlag,
): Promise<number> {
  const tell = (text: string): void => flag.io.stderr.write(inertText(`agentz: ${text}\n`));
  if (change === undefined) {
    tell("no comment: this run is not for a pull request");
    return 0;
  }
  try {
    const text = await commentText(result, change.limit, flag);
    const { done, url } = await postComment(change, text);
    tell(`comment on ${change.name} ${done}${url === null ? "" : `: ${url}`}`);
    return 0;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    tell(`${error.message}${error.help === undefined ? "" : `\n  help: ${error.help}`}`);
    return error.status;
  }
}
