import type { CodeLens } from "vscode-languageserver/node";
import type { EditorProject } from "../api/editor/project.ts";
import { suiteTestsOf, type EditorFile } from "../api/editor/questions.ts";
import type { TestName, TestVerdict } from "../api/editor/test-texts.ts";
import { RUN_TEST } from "./commands.ts";
import type { Place } from "./place.ts";
import type { ToldFinding } from "./published.ts";

/** How a test ended, and of which text of its suite and of the set. */
interface Ended {
  readonly verdict: TestVerdict;
  readonly suiteText: string;
  readonly revision: number;
}

function keyOf(file: string, { suite, name }: TestName): string {
  return JSON.stringify([file, suite, name]);
}

/** How tests ended that somebody ran, until the text of their suite is another one. */
export class TestResults {
  readonly #ended = new WeakMap<EditorProject, Map<string, Ended>>();

  /** Keeps how a test of a file ended; the revision is that of the set as it ran. */
  keep(
    { project, file }: { readonly project: EditorProject; readonly file: string },
    test: TestName,
    ran: { readonly verdict: TestVerdict; readonly revision: number },
  ): void {
    const suiteText = project.open(file)?.source.text;
    if (suiteText === undefined) return;
    const known = this.#ended.get(project) ?? new Map<string, Ended>();
    this.#ended.set(project, known.set(keyOf(file, test), { ...ran, suiteText }));
  }

  #of(project: EditorProject, { source }: EditorFile, test: TestName): Ended | undefined {
    const ended = this.#ended.get(project)?.get(keyOf(source.file, test));
    return ended?.suiteText === source.text ? ended : undefined;
  }

  /** The tests of a file that failed when they were last run, as findings at their names. */
  findings(project: EditorProject, file: EditorFile): readonly ToldFinding[] {
    return suiteTestsOf(file).flatMap((test) => {
      const ended = this.#of(project, file, test);
      const [first, ...others] = ended?.verdict.failed ?? [];
      if (ended === undefined || first === undefined) return [];
      const more = others.length === 0 ? [] : [`${others.length} more of its cases failed`];
      const old = ended.revision === project.revision ? [] : ["it ran before the last edit"];
      return [
        {
          code: "test-failed",
          severity: "error" as const,
          message: `\`${first.name}\` failed`,
          details: first.summary,
          file: file.source.file,
          span: test.span,
          notes: [...more, ...old].map((message) => ({ message })),
        },
      ];
    });
  }

  /** A lens over each test of a file that runs it, and says how it ended last. */
  lenses({ file, member: { project, document } }: Omit<Place, "offset">): CodeLens[] {
    return suiteTestsOf(file).map((test) => ({
      range: document.positions.range(test.span),
      command: {
        title: lensTitle(this.#of(project, file, test), project.revision),
        command: RUN_TEST,
        arguments: [document.uri, test.suite, test.name],
      },
    }));
  }
}

function lensTitle(ended: Ended | undefined, revision: number): string {
  if (ended === undefined || ended.verdict.cases === 0) return "run this test";
  const word = ended.verdict.failed.length > 0 ? "✗ failed" : "✓ passed";
  return `${word}${ended.revision === revision ? "" : " before the last edit"}: run again`;
}
