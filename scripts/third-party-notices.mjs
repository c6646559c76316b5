// The licences of the packages that are bundled, as one text: they ask to be passed on with the
// code.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const LICENCE_FILE = /^(licen[cs]e|copying|notice)(\.|-|$)/i;

/**
 * The folders of packages that a bundle took files from, by esbuild's own record of what it read.
 */
function foldersOf(metafiles) {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  return inputs.flatMap(
    (path) => /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? [],
  );
}

function noticeOf(root, folder) {
  const { name, version, license } = JSON.parse(
    readFileSync(join(root, folder, "package.json"), "utf8"),
  );
  const files = readdirSync(join(root, folder))
    .filter((file) => LICENCE_FILE.test(file))
    .sort();
  if (files.length === 0)
    throw new Error(`${name} is bundled, and has no licence file that could be passed on`);
  const texts = files.map((file) => readFileSync(join(root, folder, file), "utf8").trim());
  return {
    name,
    version,
    text: [`${name} ${version} (${license})`, "", ...texts.flatMap((text) => [text, ""])].join(
      "\n",
    ),
  };
}

/** `root`: where esbuild ran. `besides`: folders of packages whose code comes in otherwise. */
export function thirdPartyNotices(root, metafiles, besides) {
  const folders = [...new Set([...foldersOf(metafiles), ...besides])];
  const notices = folders
    .map((folder) => noticeOf(root, folder))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const rule = "-".repeat(80);
  return [
    "agentz contains code of these packages, under these licences.",
    "",
    ...notices.flatMap(({ text }) => [rule, text]),
  ].join("\n");
}
