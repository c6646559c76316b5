import { afterAll } from "vitest";
import { endFile } from "./at-end.ts";

// Runs around each test file: the next file of the process begins where this one did.
const folder = process.cwd();
const environment = { ...process.env };
afterAll(() => {
  process.chdir(folder);
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
  endFile();
});
