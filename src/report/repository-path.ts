import type { ReportOptions } from "./reporter.ts";

/**
 * A file's path from the repository's root, as code scanning, annotations and test reports look for
 * it.
 */
export function repositoryPath(file: string, { folder = "" }: ReportOptions): string {
  // `<stdin>` is no file
  if (folder === "" || file.startsWith("/") || file.startsWith("<")) return file;
  const segments: string[] = [];
  for (const segment of `${folder}/${file}`.split("/")) {
    const last = segments.at(-1);
    if (segment === ".." && last !== undefined && last !== "..") segments.pop();
    else if (segment !== "." && segment !== "") segments.push(segment);
  }
  return segments.join("/");
}
