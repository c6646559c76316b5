import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/temporary-folder.ts"],
    setupFiles: ["test/each-file.ts"],
    pool: "forks",
    // files share what they import: nothing in src keeps state in a module, and loading it anew for
    // each file took a tenth of the run
    isolate: false,
    // by default one core is left free, which is half of two
    maxWorkers: "100%",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { NO_COLOR: "1" },
  },
});
