// npm runs this in a checkout after an install, for an install from git, and before it packs: what
// is installed has to be built.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

async function canBuild() {
  return import("esbuild").then(
    () => true,
    (error) => {
      if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
      return false;
    },
  );
}

/**
 * `npm install --global git+…` (so pre-commit installs hooks) prepares a clone of its own, with
 * development dependencies, but hands the setting `global` down to that very install, which then
 * leaves them out. So they are installed here, by the lock file.
 */
function installForBuilding() {
  const env = { ...process.env, npm_config_global: "false", npm_config_location: "project" };
  const args = [
    "ci",
    "--ignore-scripts",
    "--include=dev",
    "--include=optional",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ];
  const { status } = spawnSync("npm", args, {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    env,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  return status === 0;
}

const ready =
  (await canBuild()) || (process.env.npm_config_global === "true" && installForBuilding());
if (ready) {
  await import("./build.mjs");
} else {
  process.stderr.write(
    "agentz is built from its sources here, which takes its development dependencies: install without --omit=dev\n",
  );
  process.exitCode = 1;
}
