import { z } from "zod";
import { type Json, jsonSchema } from "#runtime/graph/json.ts";
import { MOST_INNER_NODES } from "#runtime/node/workflow.ts";

/** Sub-graphs inside each other, and the definitions of one workflow. */
const MOST_DEFINITIONS = 200;

const idSchema = z.union([z.number(), z.string().max(200)]).transform(String);
const slotsSchema = z
  .array(
    z.looseObject({
      name: z.string().catch(""),
      type: z.union([z.string(), z.number()]).transform(String).catch("*"),
      link: z.number().nullish().catch(undefined),
      widget: z.looseObject({ name: z.string() }).optional().catch(undefined),
    }),
  )
  .catch([]);

const uiNodeSchema = z.looseObject({
  id: idSchema,
  type: z.string().min(1).max(300),
  title: z.string().max(500).optional().catch(undefined),
  pos: jsonSchema.optional().catch(undefined),
  /** 0 always, 2 muted, 4 bypassed. */
  mode: z.number().catch(0),
  inputs: slotsSchema,
  outputs: slotsSchema,
  widgets_values: z
    .union([z.array(jsonSchema), z.record(z.string(), jsonSchema)])
    .optional()
    .catch(undefined),
  properties: z.record(z.string(), z.unknown()).catch({}),
});
export type UiNode = z.infer<typeof uiNodeSchema>;

/** `[id, from node, from slot, to node, to slot, type]`, or since schema 1 an object. */
const linkSchema = z.union([
  z
    .tuple([z.number(), idSchema, z.number(), idSchema, z.number()])
    .rest(z.unknown())
    .transform(([id, from, fromSlot, to, toSlot]) => ({ id, from, fromSlot, to, toSlot })),
  z
    .looseObject({ id: z.number(), origin_id: idSchema, origin_slot: z.number(), target_id: idSchema, target_slot: z.number() })
    .transform(({ id, origin_id, origin_slot, target_id, target_slot }) => ({
      id,
      from: origin_id,
      fromSlot: origin_slot,
      to: target_id,
      toSlot: target_slot,
    })),
]);
export type UiLink = z.infer<typeof linkSchema>;

const linksSchema = z
  .array(linkSchema.nullable().catch(null))
  .catch([])
  .transform((links) => links.filter((link) => link !== null));
const nodesSchema = z.array(uiNodeSchema).max(MOST_INNER_NODES);

const definitionSchema = z.looseObject({
  id: z.string(),
  name: z.string().catch(""),
  nodes: nodesSchema,
  links: linksSchema,
  inputs: slotsSchema,
  outputs: slotsSchema,
});
export type UiDefinition = z.infer<typeof definitionSchema>;

/** A graph as ComfyUI's editor saves it (its schemas 0.4 and 1); what is not needed to run it is left out. */
export const uiGraphSchema = z.looseObject({
  nodes: nodesSchema,
  links: linksSchema,
  definitions: z
    .looseObject({ subgraphs: z.array(definitionSchema).max(MOST_DEFINITIONS).catch([]) })
    .optional()
    .catch(undefined),
  extra: z.looseObject({}).optional().catch(undefined),
});
export type UiGraph = z.infer<typeof uiGraphSchema>;

export const MODE = { muted: 2, bypassed: 4 } as const;

/** The ends of wires inside a sub-graph that lead to its inputs and outputs (ComfyUI's front end, `SubgraphInputNode` and `SubgraphOutputNode`). */
export const BORDER = { input: "-10", output: "-20" } as const;

/** `[x, y]`, or in old files `{ "0": x, "1": y }`. */
export function positionOf({ pos }: UiNode): { x: number; y: number } | undefined {
  const [x, y] = Array.isArray(pos) ? pos : typeof pos === "object" && pos !== null ? [pos["0"], pos["1"]] : ([] as Json[]);
  return typeof x === "number" && typeof y === "number" ? { x, y } : undefined;
}
