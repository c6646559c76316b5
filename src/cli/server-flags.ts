import { InvalidArgumentError, Option } from "commander";
import { resolve } from "node:path";
import { UserError } from "../diagnostics/user-error.ts";
import type { Certificates } from "../serve/listener.ts";
import { byteSize, duration, wholeNumber } from "./options.ts";

/** The flags of a server's certificate and of the authority that signs those of its clients. */
export interface CertificateFlags {
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
  readonly clientCa?: string | undefined;
}

/** The files that the flags name, relative to `cwd`; undefined: no TLS. Half of them: `UserError`. */
export function certificatesOf(flags: CertificateFlags, cwd: string): Certificates | undefined {
  const { tlsCert, tlsKey, clientCa } = flags;
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new UserError("usage", "--tls-cert and --tls-key go together");
  if (tlsCert === undefined || tlsKey === undefined) {
    if (clientCa === undefined) return undefined;
    throw new UserError("usage", "--client-ca needs --tls-cert and --tls-key");
  }
  return {
    cert: resolve(cwd, tlsCert),
    key: resolve(cwd, tlsKey),
    clientCa: clientCa === undefined ? undefined : resolve(cwd, clientCa),
  };
}

/** Resolves when the process is asked to end; until then SIGHUP calls `onReload`, if there is one. */
export function untilStopped(onReload?: () => void): Promise<void> {
  if (onReload !== undefined) process.on("SIGHUP", onReload);
  return new Promise((stopped) => {
    const stop = (): void => {
      if (onReload !== undefined) process.off("SIGHUP", onReload);
      stopped();
    };
    process.once("SIGTERM", stop);
    process.once("SIGINT", stop);
  });
}

/** An option that takes a size in bytes; `shown` is the default `value` as people write it. */
export function sized(flags: string, description: string, value: number, shown: string): Option {
  return new Option(flags, description).argParser(byteSize).default(value, shown);
}

/** An option that takes a whole number above 0; `value` is its default. */
export function counted(flags: string, description: string, value: number): Option {
  const parse = (text: string): number => {
    const number = wholeNumber(text);
    if (number < 1) throw new InvalidArgumentError("it has to be a whole number above 0.");
    return number;
  };
  return new Option(flags, description).argParser(parse).default(value);
}

/** An option that takes a duration above 0; `value` is its default. */
export function lasting(flags: string, description: string, value: string): Option {
  const parse = (text: string): number => {
    const milliseconds = duration(text);
    if (milliseconds < 1) throw new InvalidArgumentError("it has to be a duration above 0.");
    return milliseconds;
  };
  return new Option(flags, description).argParser(parse).default(parse(value), value);
}
