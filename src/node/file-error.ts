const REASONS: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "it does not exist"],
  ["ENOTDIR", "a part of its path is not a folder"],
  ["EACCES", "no permission"],
  ["EPERM", "no permission"],
  ["EISDIR", "it is a folder"],
  ["ELOOP", "its links form a circle, or it became a link"],
  ["EMFILE", "too many files are open"],
  ["ENFILE", "too many files are open"],
  ["ENOSPC", "the disk is full"],
  ["EDQUOT", "the disk quota is used up"],
  ["EFBIG", "it would be larger than the largest allowed file"],
  ["EROFS", "its disk is read-only"],
  ["ENAMETOOLONG", "its name is too long"],
  ["EPIPE", "its reader has closed it"],
]);

/** The code of an error of the file system, such as `ENOENT`; empty for any other error. */
export function errorCode(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : "";
}

/**
 * True where the error says that there is nothing of that name; any other error means that
 * something may be there.
 */
export function isMissing(cause: unknown): boolean {
  const code = errorCode(cause);
  return code === "ENOENT" || code === "ENOTDIR";
}

/** Why a file could not be read, as a clause. */
export function whyUnreadable(cause: unknown): string {
  const code = errorCode(cause);
  const reason = REASONS.get(code);
  if (reason !== undefined) return reason;
  if (code !== "") return code;
  return cause instanceof Error ? cause.message : String(cause);
}
