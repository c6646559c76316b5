import type { Control } from "../../documents/report-result.ts";
import { ENFORCEMENT, MANIFEST, TASK_SCOPE } from "./authorization.ts";
import { NO_SHARED_CREDENTIALS, REGISTERED_OWNER, UNIQUE_IDENTITY } from "./identity.ts";
import { judge, type Evidence } from "./judge.ts";
import { DECOMMISSIONING, INVENTORY, REVIEWS } from "./lifecycle.ts";
import { ANOMALY, AUDIT_TRAIL, BEHAVIOUR } from "./monitoring.ts";

const CONTROLS = [
  UNIQUE_IDENTITY,
  NO_SHARED_CREDENTIALS,
  REGISTERED_OWNER,
  MANIFEST,
  ENFORCEMENT,
  TASK_SCOPE,
  BEHAVIOUR,
  AUDIT_TRAIL,
  ANOMALY,
  INVENTORY,
  REVIEWS,
  DECOMMISSIONING,
] as const;

/** The twelve controls, each met, not met, or without evidence (docs/controls.md). */
export function judgeControls(evidence: Evidence): readonly Control[] {
  return CONTROLS.map((control) => judge(control, evidence));
}
