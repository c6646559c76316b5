// Makes a release: `npm run release -- 0.2.0` writes the version into package.json and the lock
// file, gives CHANGELOG.md's `Unreleased` its number and date, commits and tags. Nothing is pushed:
// the workflow of the tag tests, and publishes with provenance.
//   --check v0.2.0   only says whether the checkout is that release; exit status 1 where not
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;

/** Something that has to be put right before a release. */
class Refusal extends Error {}

const git = (...args) => execFileSync("git", args, { encoding: "utf8" }).trim();
const manifest = () => JSON.parse(readFileSync("package.json", "utf8"));
const changelog = () => readFileSync("CHANGELOG.md", "utf8");

/** Whether `a` comes after `b`. */
function isLater(a, b) {
  const [x, y] = [a, b].map((version) => version.split(".").map(Number));
  const at = x.findIndex((part, i) => part !== y[i]);
  return at >= 0 && x[at] > y[at];
}

/** What the changelog says under `heading`; undefined where it has no such heading. */
function sectionOf(heading) {
  const parts = changelog().split(/^## /m).slice(1);
  return parts
    .find((part) => part.startsWith(heading))
    ?.split("\n")
    .slice(1)
    .join("\n")
    .trim();
}

function release(version) {
  if (!VERSION.test(version))
    throw new Refusal(`\`${version}\` is no version; write three numbers as in 1.4.0`);
  const { version: last } = manifest();
  if (!isLater(version, last)) throw new Refusal(`${version} does not come after ${last}`);
  if (git("status", "--porcelain") !== "")
    throw new Refusal("there are changes that are not committed; commit or stash them");
  if (git("tag", "--list", `v${version}`) !== "")
    throw new Refusal(`the tag v${version} exists already`);
  if (!sectionOf("[Unreleased]"))
    throw new Refusal("CHANGELOG.md says nothing under `## [Unreleased]`; write what users notice");
  const today = new Date().toISOString().slice(0, 10);
  writeFileSync(
    "CHANGELOG.md",
    changelog().replace("## [Unreleased]\n", `## [Unreleased]\n\n## [${version}] - ${today}\n`),
  );
  execFileSync("npm", ["version", version, "--no-git-tag-version"], { stdio: "ignore" });
  git("commit", "-qam", `Release ${version}`);
  git("tag", "-a", `v${version}`, "-m", `agentz ${version}`);
  console.log(`v${version} is committed and tagged; to publish it:\n  git push --follow-tags`);
}

function check(tag) {
  const { version } = manifest();
  if (tag !== `v${version}`) throw new Refusal(`package.json has ${version}, the tag is ${tag}`);
  const section = sectionOf(`[${version}] - `);
  if (!section) throw new Refusal(`CHANGELOG.md says nothing under \`## [${version}] - <date>\``);
  console.log(`${tag}\n\n${section}`);
}

const { values, positionals } = parseArgs({
  options: { check: { type: "string" } },
  allowPositionals: true,
});
try {
  if (values.check !== undefined) check(values.check);
  else if (positionals.length === 1) release(positionals[0]);
  else throw new Refusal("which version? npm run release -- 0.2.0");
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(`release: ${error.message}`);
  process.exitCode = 1;
}
