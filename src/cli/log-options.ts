import { Option } from "commander";
import { sized } from "./server-flags.ts";

/** The option for the size at which a log begins a new file. */
export function logSizeOption(): Option {
  return sized("--log-max-bytes <size>", "start a new file at this size", 100 * 1024 ** 2, "100M");
}

/** The option for the fields that a log leaves out. */
export function maskOption(): Option {
  return new Option(
    "--mask-above <class>",
    "leave fields with a higher classification out of the log",
  )
    .choices(["public", "internal", "confidential", "restricted"])
    .default("confidential");
}
