import { dataSchema } from "#runtime/graph/json.ts";
import { type Catalog, configSchemaOf, initialConfig, portsOf } from "#runtime/node/catalog.ts";
import type { NodeDefinition } from "#runtime/node/define.ts";
import type { Port } from "#runtime/node/ports.ts";
import { ApiError } from "../api-error.ts";
import { healthLive, healthReady, listNodeTypes, readReferences } from "../contract/system.ts";
import type { LookUp } from "../references.ts";
import { type Handling, handle } from "./handle.ts";

export interface Health {
  version: string;
  database: "pglite" | "postgres";
  queue: "memory" | "bullmq";
  /** Why it cannot work, part by part; empty when it can. */
  problems(): Promise<string[]>;
}

export interface SystemGiven {
  health: Health;
  catalog: Catalog;
  references: LookUp;
}

export function systemRoutes({ health, catalog, references }: SystemGiven): Handling[] {
  const { version, database, queue } = health;
  const ok = { status: "ok", version, database, queue } as const;
  const nodeTypes = catalog.all().map(describeType);
  return [
    handle(healthLive, async () => ok),
    handle(healthReady, async () => {
      const problems = await health.problems();
      if (problems.length > 0) throw new ApiError("unavailable", problems.join(" "));
      return ok;
    }),
    handle(listNodeTypes, async () => ({ items: nodeTypes })),
    handle(readReferences, async ({ body, workspace }) => ({ references: await references(workspace, body.keys) })),
  ];
}

function describeType(definition: NodeDefinition) {
  const { type, version, title, group, role, icon, description, effect, examples } = definition;
  const { inputs, outputs } = portsOf(definition, initialConfig(definition), {});
  return {
    ...{ type, version, title, group, role, icon, description },
    effect: typeof effect === "function" ? ("depends" as const) : effect,
    inputs: plainPorts(inputs),
    outputs: plainPorts(outputs),
    configSchema: configSchemaOf(definition),
    examples: examples.map((example) => ({ ...example, config: dataSchema.parse(example.config) })),
  };
}

function plainPorts(ports: Readonly<Record<string, Port>>) {
  return Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, { ...port }]));
}
