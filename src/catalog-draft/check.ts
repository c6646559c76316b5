import type { Agent, Catalog } from "../policy/model.ts";
import type { CatalogFinding } from "../documents/catalog-check-result.ts";
import { toolName, type SeenAgent, type TraceInventory } from "./sightings.ts";

/** What a trace shows that the catalogs do not bear out, gravest kinds first, then by calls. */
export function checkCatalog(
  seen: TraceInventory,
  catalogs: readonly Catalog[],
): readonly CatalogFinding[] {
  const findings = [
    ...toolFindings(seen, catalogs),
    ...agentFindings(seen, catalogs),
    ...credentialFindings(seen),
    ...pointFindings(seen, catalogs),
  ];
  return findings.sort(
    (a, b) => b.calls - a.calls || (`${a.code} ${a.name}` < `${b.code} ${b.name}` ? -1 : 1),
  );
}

function toolFindings(
  seen: TraceInventory,
  catalogs: readonly Catalog[],
): readonly CatalogFinding[] {
  const known = new Map(
    catalogs.flatMap(({ tools }) => tools).map((tool) => [toolName(tool.server, tool.name), tool]),
  );
  return [...seen.tools].flatMap(([name, tool]): CatalogFinding[] => {
    const of = { name, calls: tool.calls, first: tool.first };
    const listed = known.get(name);
    const digests = [...tool.definitions.keys()];
    const shadow: CatalogFinding[] =
      listed === undefined
        ? [{ ...of, code: "shadow-tool", message: `the catalog has no tool \`${name}\`` }]
        : [];
    const changed =
      listed?.definitionDigest !== undefined &&
      digests.some((digest) => digest !== listed.definitionDigest);
    if (changed)
      return [
        ...shadow,
        {
          ...of,
          code: "definition-changed",
          message: `the definition of \`${name}\` differs from the one in the catalog`,
        },
      ];
    return digests.length > 1
      ? [
          ...shadow,
          {
            ...of,
            code: "definition-changed",
            message:
              `the definition of \`${name}\` changed ` +
              `${digests.length === 2 ? "once" : `${digests.length - 1} times`} in the trace`,
          },
        ]
      : shadow;
  });
}

function agentFindings(
  seen: TraceInventory,
  catalogs: readonly Catalog[],
): readonly CatalogFinding[] {
  const listed = catalogs.flatMap(({ agents }) => agents ?? []);
  const known = new Map(listed.map((agent) => [agent.id, agent]));
  const people = new Set([
    ...seen.people,
    ...catalogs.flatMap(({ people: all }) => all.map(({ id }) => id)),
  ]);
  return [...seen.agents.values()].flatMap((agent) => [
    ...recordFindings(agent, known.get(agent.id)),
    ...humanFindings(agent, people),
  ]);
}

function recordFindings(agent: SeenAgent, record: Agent | undefined): readonly CatalogFinding[] {
  const of = { name: agent.id, calls: agent.calls, first: agent.first };
  if (record === undefined)
    return [
      { ...of, code: "unregistered-agent", message: `the catalog has no agent \`${agent.id}\`` },
    ];
  if (record.status !== "commissioned")
    return [
      {
        ...of,
        code: "agent-not-in-service",
        message: `the agent \`${agent.id}\` acted although it is ${record.status}`,
      },
    ];
  if (record.expires === undefined || agent.last === undefined || agent.last <= record.expires)
    return [];
  return [
    {
      ...of,
      code: "agent-expired",
      message: `the agent \`${agent.id}\` acted after it had expired`,
    },
  ];
}

function humanFindings(agent: SeenAgent, people: ReadonlySet<string>): readonly CatalogFinding[] {
  if (!people.has(agent.id)) return [];
  return [
    {
      code: "agent-under-human-name",
      name: agent.id,
      message: `the agent \`${agent.id}\` acts under the name of a person`,
      calls: agent.calls,
      first: agent.first,
    },
  ];
}

function credentialFindings(seen: TraceInventory): readonly CatalogFinding[] {
  return [...seen.credentials.values()].flatMap((credential): CatalogFinding[] => {
    const of = { name: credential.id, first: credential.first };
    const subjects = [...credential.subjects].sort();
    const shared: CatalogFinding[] =
      subjects.length > 1
        ? [
            {
              ...of,
              code: "credential-shared",
              calls: credential.calls,
              message: `${subjects.length} identities use the same credential: ${subjects.slice(0, 5).join(", ")}`,
            },
          ]
        : [];
    const human =
      credential.kind === "user_token" && subjects.some((subject) => subject.startsWith("agent:"));
    const borrowed: CatalogFinding[] = human
      ? [
          {
            ...of,
            code: "agent-under-human-name",
            calls: credential.calls,
            message: `an agent acts with a person's token: ${subjects.slice(0, 5).join(", ")}`,
          },
        ]
      : [];
    const expired: CatalogFinding[] =
      credential.expired > 0
        ? [
            {
              ...of,
              code: "credential-expired",
              calls: credential.expired,
              message: "calls were made after the credential had expired",
            },
          ]
        : [];
    return [...shared, ...borrowed, ...expired];
  });
}

function pointFindings(
  seen: TraceInventory,
  catalogs: readonly Catalog[],
): readonly CatalogFinding[] {
  const known = new Set(
    catalogs.flatMap(({ decisionPoints }) => decisionPoints.map(({ id }) => id)),
  );
  return [...seen.decisionPoints].flatMap(([id, { calls, first }]): CatalogFinding[] =>
    known.has(id)
      ? []
      : [
          {
            code: "unknown-decision-point",
            name: id,
            message: `the catalog has no decision point \`${id}\``,
            calls,
            first,
          },
        ],
  );
}
