/**
 * OWASP's published risk lists: id with year -> name. Ids are renumbered between years, so a year
 * always belongs to one.
 */
const LISTS: readonly {
  readonly list: string;
  readonly prefix: string;
  readonly year: string;
  readonly names: readonly string[];
}[] = [
  {
    list: "OWASP Top 10 for Agentic Applications",
    prefix: "ASI",
    year: "2026",
    names: [
      "Agent Goal Hijack",
      "Tool Misuse and Exploitation",
      "Identity and Privilege Abuse",
      "Agentic Supply Chain Vulnerabilities",
      "Unexpected Code Execution",
      "Memory & Context Poisoning",
      "Insecure Inter-Agent Communication",
      "Cascading Failures",
      "Human-Agent Trust Exploitation",
      "Rogue Agents",
    ],
  },
  {
    list: "OWASP MCP Top 10",
    prefix: "MCP",
    year: "2025",
    names: [
      "Token Mismanagement & Secret Exposure",
      "Privilege Escalation via Scope Creep",
      "Tool Poisoning",
      "Software Supply Chain Attacks & Dependency Tampering",
      "Command Injection & Execution",
      "Intent Flow Subversion",
      "Insufficient Authentication & Authorization",
      "Lack of Audit and Telemetry",
      "Shadow MCP Servers",
      "Context Injection & Over-Sharing",
    ],
  },
  {
    list: "OWASP Top 10 for LLM Applications",
    prefix: "LLM",
    year: "2026",
    names: [
      "Prompt Injection",
      "Sensitive Information Disclosure",
      "Excessive Agency",
      "Supply Chain",
      "Data and Model Poisoning",
      "Unbounded Consumption",
      "Misinformation",
      "Hidden Context Exposure",
      "Vector and Embedding Weaknesses",
      "Improper Output Handling",
    ],
  },
  {
    list: "OWASP Top 10 for LLM Applications",
    prefix: "LLM",
    year: "2025",
    names: [
      "Prompt Injection",
      "Sensitive Information Disclosure",
      "Supply Chain",
      "Data and Model Poisoning",
      "Improper Output Handling",
      "Excessive Agency",
      "System Prompt Leakage",
      "Vector and Embedding Weaknesses",
      "Misinformation",
      "Unbounded Consumption",
    ],
  },
];

const ENTRIES = LISTS.flatMap(({ list, prefix, year, names }) =>
  names.map(
    (name, i) =>
      [
        `${prefix}${String(i + 1).padStart(2, "0")}:${year}`,
        { name, list: `${list} ${year}` },
      ] as const,
  ),
);

export const RISKS: ReadonlyMap<string, { readonly name: string; readonly list: string }> = new Map(
  ENTRIES,
);

/** The ids of the agentic list, in order. */
export const AGENTIC_IDS: readonly string[] = ENTRIES.map(([id]) => id).filter((id) =>
  id.startsWith("ASI"),
);

/** Whether a label looks like one of a risk list, with or without its year. */
export function isRiskLabel(label: string): boolean {
  return /^(ASI|LLM|MCP)\d{2}(:\d{4})?$/.test(label);
}
