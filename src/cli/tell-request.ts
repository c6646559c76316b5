import { findingLine } from "../api/request-document.ts";
import { escapeCommands, escapeControls } from "../diagnostics/format.ts";
import type { InputFinding, RequestTime } from "../documents/decide-result.ts";
import type { Io } from "../node/io.ts";

/** Tells a person on stderr what of a request nobody knows, and what `now` is. */
export function tellRequest(
  io: Pick<Io, "stderr">,
  findings: readonly InputFinding[],
  now: RequestTime,
): void {
  for (const line of findings.flatMap((finding) =>
    `warning: ${findingLine(finding)}`.split("\n"),
  )) {
    io.stderr.write(`${escapeCommands(escapeControls(line))}\n`);
  }
  if (now.from === "clock")
    io.stderr.write(
      `agentz: the request has no \`time\`, so it is decided at the clock's time, ` +
        `${now.time ?? ""}; pass --now for another time\n`,
    );
}
