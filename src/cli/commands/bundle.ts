import { type Command, InvalidArgumentError, Option } from "commander";
import { resolve } from "node:path";
import {
  inspectBundle,
  REQUIRABLE,
  type Requirable,
  runBuild,
  runSign,
  runVerify,
} from "../../api/bundle.ts";
import type { CiFlags } from "../../api/ci/step.ts";
import { readConfig } from "../../api/config/config.ts";
import { keyIdOf } from "../../api/trust.ts";
import { inertText } from "../../diagnostics/inert-text.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import type { BundleResult } from "../../documents/bundle-result.ts";
import { BUNDLE_ENDING } from "../../node/bundle-file.ts";
import { generateKeys, publicKeyId } from "../../node/ed25519.ts";
import { createFile } from "../../node/replace-file.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { addSetOptions, formatOption, repeatable } from "../options.ts";
import { showDocument } from "../show-document.ts";
import { addGatedReplayOptions } from "./replay.ts";
import { meantHelp } from "../../text/slip.ts";

interface ShowFlags {
  readonly format: string;
  readonly details?: boolean;
}

interface BuildFlags extends ShowFlags, CiFlags {
  readonly output: string;
  readonly evidence?: readonly Requirable[];
  readonly key?: string;
}

interface VerifyFlags extends ShowFlags {
  readonly key?: readonly string[];
  readonly require?: readonly Requirable[];
}

interface InspectFlags extends ShowFlags {
  readonly show?: string;
  readonly payload?: string;
  readonly signature?: string;
}

interface SignFlags extends ShowFlags {
  readonly key: string;
  readonly output?: string;
}

function evidenceKinds(value: string, otherwise: (name: string) => string): readonly Requirable[] {
  return value.split(",").map((name) => {
    const known = REQUIRABLE.find((one) => one === name.trim());
    if (known === undefined) throw new InvalidArgumentError(otherwise(name));
    return known;
  });
}

function requirableHelp(name: string): string {
  return (
    `there is no evidence \`${name.trim()}\`; ` +
    meantHelp(name.trim(), REQUIRABLE, `it takes ${REQUIRABLE.join(", ")}.`)
  );
}

function requireFlag(
  value: string,
  before: readonly Requirable[] | undefined,
): readonly Requirable[] {
  return [...(before ?? []), ...evidenceKinds(value, requirableHelp)];
}

function evidenceFlag(
  value: string,
  before: readonly Requirable[] | undefined,
): readonly Requirable[] {
  const refusal = (name: string): string =>
    `\`${name}\` is not a kind of evidence. You cannot pass a file: \`bundle build\` runs the ` +
    `checks itself. Write --evidence ${REQUIRABLE.join(",")}, or some of them.`;
  return [...(before ?? []), ...evidenceKinds(value, refusal)];
}

async function show(
  result: BundleResult,
  flags: ShowFlags,
  { io, finish }: CommandContext,
): Promise<void> {
  const { format, details } = flags;
  await showDocument(
    io,
    { name: "bundle", document: result },
    { format, ...(details && { details }) },
  );
  finish(result.ok ? 0 : 1);
}

async function build(flags: BuildFlags, context: CommandContext): Promise<void> {
  const { io } = context;
  const config = await readConfig(io, flags.config);
  const refs = flags.candidate ?? config.candidate;
  if (refs === undefined)
    throw new UserError("usage", "there are no policies to bundle", {
      help: "give --candidate <path>, or `candidate:` in agentz.yaml",
    });
  if (!flags.output.endsWith(BUNDLE_ENDING))
    throw new UserError("usage", `the name of a bundle has to end in ${BUNDLE_ENDING}`, {
      help: `write --output ${flags.output}${BUNDLE_ENDING}`,
    });
  // WHY here: most bundles are verified, not built, and what makes evidence is large
  const { makeEvidence } = await import("../../api/evidence.ts");
  const evidence = await makeEvidence(flags.evidence ?? [], flags, context.io);
  await show(
    await runBuild(io, {
      refs,
      fallback: config.candidate ?? refs,
      output: flags.output,
      evidence,
      key: flags.key,
    }),
    flags,
    context,
  );
}

async function verify(file: string, flags: VerifyFlags, context: CommandContext): Promise<void> {
  const { io } = context;
  const trust = await io.trust();
  const keys =
    flags.key === undefined
      ? trust.keys
      : await Promise.all(flags.key.map((key) => keyIdOf(io.cwd, key)));
  const { result } = await runVerify(io.cwd, {
    command: "verify",
    file,
    demands: { ...trust, keys, required: flags.require ?? [] },
  });
  await show(result, flags, context);
}

async function inspect(file: string, flags: InspectFlags, context: CommandContext): Promise<void> {
  const { payload, signature } = flags;
  const { result, files } = await inspectBundle(context.io.cwd, file, { payload, signature });
  if (flags.show === undefined) return show(result, flags, context);
  const text = files.get(flags.show);
  if (text === undefined)
    throw new UserError("no-such-path", `the bundle has no \`${flags.show}\``, {
      help: "--details lists its files",
    });
  context.io.stdout.write(text);
}

async function sign(file: string, flags: SignFlags, context: CommandContext): Promise<void> {
  await show(
    await runSign(context.io, { file, key: flags.key, output: flags.output ?? file }),
    flags,
    context,
  );
}

async function keygen(name: string, { io }: CommandContext): Promise<void> {
  const { privatePem, publicPem } = generateKeys();
  for (const [file, pem, mode] of [
    [`${name}.pem`, privatePem, 0o600],
    [`${name}.pub.pem`, publicPem, 0o644],
  ] as const) {
    const made = await createFile(resolve(io.cwd, file), file, { content: pem, mode });
    if (!made)
      throw new UserError(
        "unwritable",
        `\`${file}\` exists already, and agentz never overwrites a key`,
        { help: "give another name" },
      );
  }
  io.stdout.write(`${publicKeyId(publicPem)}\n`);
  io.stderr.write(inertText(`wrote ${name}.pem (keep it secret) and ${name}.pub.pem\n`));
}

const HELP = `
Examples:
  agentz bundle build --output policies-2.1.0.agentz --evidence lint,test,gate --baseline git:v2.0.0 --gate widened=0
  agentz bundle keygen release; agentz bundle sign policies-2.1.0.agentz --key release.pem
  agentz bundle verify policies-2.1.0.agentz --key release.pub.pem --require test,gate
  agentz replay --baseline policies-2.0.0.agentz --candidate policies

You can use a bundle wherever you can use a folder of policies. The signature covers the manifest, and openssl can
check it:
  agentz bundle inspect policies-2.1.0.agentz --payload payload --signature sig
  openssl pkeyutl -verify -pubin -inkey release.pub.pem -rawin -in payload -sigfile sig`;

function shown(command: Command): Command {
  return command.addOption(formatOption("bundle")).option("--details", "list every file");
}

export const bundleCommand: CommandModule = {
  define: (command, context) => {
    const building = command
      .command("build")
      .summary("write policies and their evidence into one file")
      .description(
        "Writes policies, their digests, their provenance and their evidence to one file. The " +
          "same input gives the same bytes on any machine.",
      )
      .requiredOption("-o, --output <file>", `the bundle's file, ending in ${BUNDLE_ENDING}`)
      .addOption(
        new Option(
          "--evidence <kinds>",
          "run these checks on the policies, and put the results into the bundle: any of " +
            `${REQUIRABLE.join(", ")}, separated by commas`,
        ).argParser(evidenceFlag),
      )
      .option(
        "--key <file>",
        "sign with this private key; no other user may be able to read it; - is standard input",
      );
    addGatedReplayOptions(shown(building)).action((flags: BuildFlags) => build(flags, context));
    const verifying = shown(
      command
        .command("verify")
        .summary("check a bundle")
        .description(
          "Checks every byte of a bundle: files, digests, meaning, evidence, signatures. Exit " +
            "status 1 if anything is wrong.",
        )
        .argument("<bundle>"),
    )
      .addOption(
        repeatable(
          "--key <file>",
          "a public key (a file, or its id); one of the keys must have signed the bundle; " +
            "default: `keys` of agentz.yaml",
        ),
      )
      .addOption(
        new Option(
          "--require <evidence>",
          `evidence that the bundle must contain, and that must have passed: ${REQUIRABLE.join(", ")}`,
        ).argParser(requireFlag),
      )
      .action((file: string, flags: VerifyFlags) => verify(file, flags, context));
    addSetOptions(verifying);
    shown(
      command
        .command("inspect")
        .summary("show what a bundle contains")
        .description("Shows what a bundle contains, and extracts parts of it.")
        .argument("<bundle>"),
    )
      .option("--show <path>", "print one file of it")
      .option("--payload <file>", "write the signed bytes to this file")
      .option("--signature <file>", "write the bytes of the first signature to this file")
      .action((file: string, flags: InspectFlags) => inspect(file, flags, context));
    shown(
      command
        .command("sign")
        .summary("sign a bundle with an Ed25519 key")
        .description("Adds a signature over the manifest; a bundle may have several.")
        .argument("<bundle>"),
    )
      .requiredOption(
        "--key <file>",
        "the private key, PEM; no other user may be able to read it; - is standard input",
      )
      .option("-o, --output <file>", "write the signed bundle to this file instead of in place")
      .action((file: string, flags: SignFlags) => sign(file, flags, context));
    command
      .command("keygen")
      .summary("generate a pair of Ed25519 keys")
      .description(
        "Writes <name>.pem and <name>.pub.pem, and prints the id of the key. Never overwrites a file.",
      )
      .argument("<name>")
      .action((name: string) => keygen(name, context));
    command.addHelpText("after", HELP);
  },
};
