import { z } from "zod";
import { defineNode, type ExecuteArguments, implementNode, type NodeDefinition, type NodeImplementation } from "#runtime/node/define.ts";
import type { Outcome } from "#runtime/node/outcome.ts";
import { port } from "#runtime/node/ports.ts";

const config = z.strictObject({ act: z.string(), number: z.number().default(0) });

/** What a node does, by the name in its setting `act`. */
export type Acts = Readonly<Record<string, (given: ExecuteArguments<typeof config>) => Promise<Outcome> | Outcome>>;

/** A node type whose behaviour is a table in the test: `{ type: "test-act", config: { act: "name" } }`. */
export function actingNode(acts: Acts, about: Partial<NodeDefinition<typeof config>> = {}): NodeImplementation {
  const definition = defineNode({
    type: "test-act",
    version: 1,
    role: "step",
    title: "Acting",
    description: "For tests.",
    group: "data",
    icon: "box",
    config,
    effect: "pure",
    limits: { timeoutMs: 20_000, attempts: 1 },
    ports: () => ({ inputs: { value: port.any({ optional: true }) }, outputs: { value: port.any() } }),
    examples: [],
    ...about,
  });
  return implementNode(definition, (given) => {
    const act = acts[given.config.act];
    if (!act) throw new Error(`The test has no act "${given.config.act}".`);
    return act(given);
  });
}
