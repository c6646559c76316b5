import type { CommandModule } from "../command.ts";
import { defineConvert } from "./trace-convert.ts";
import { defineDistil } from "./trace-distil.ts";
import { defineExport } from "./trace-export.ts";
import { defineIndex } from "./trace-index.ts";
import { defineMerge, defineSample, defineSort } from "./trace-lines.ts";
import { defineRedact } from "./trace-redact.ts";
import { defineStats, defineValidate } from "./trace-stats.ts";

const HELP = `
Examples:
  agentz trace stats trace.jsonl
  agentz trace index trace.jsonl --candidate policies
  agentz trace convert trace.jsonl -o trace.parquet
  agentz trace redact trace.jsonl --policies policies -o shared.jsonl
  agentz trace distil trace.jsonl --candidate policies --baseline recorded -o fixture.jsonl`;

export const traceCommand: CommandModule = {
  define: (command, context) => {
    for (const define of [
      defineStats,
      defineValidate,
      defineRedact,
      defineSample,
      defineMerge,
      defineSort,
      defineConvert,
      defineDistil,
      defineExport,
      defineIndex,
    ])
      define(command, context);
    command.addHelpText("after", HELP);
  },
};
