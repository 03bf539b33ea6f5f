import { z } from "zod";
import { FORBIDDEN_KEYS, jsonSchema } from "../graph/json.ts";
import { endpointSchema } from "../graph/schema.ts";
import { FAILURE_PORT } from "./ports.ts";

/** Ids of inner nodes: digits, or `12:3` for node 3 of the sub-graph 12. */
export const innerIdSchema = z.string().min(1).max(200);

/** Inner nodes of one workflow. */
export const MOST_INNER_NODES = 2_000;

const promptNodeSchema = z.object({
  class_type: z.string().min(1).max(300),
  /** By name: a value, or `[node, slot]` where it comes from another node. Integers that a number would round are `{ $integer }`. */
  inputs: z.record(z.string().max(300), jsonSchema).default({}),
  _meta: z.object({ title: z.string().max(500).optional() }).optional(),
});
export type PromptNode = z.infer<typeof promptNodeSchema>;

/** A graph as ComfyUI's `POST /prompt` takes it (its API format). */
export const promptSchema = z
  .record(innerIdSchema, promptNodeSchema)
  .refine((prompt) => Object.keys(prompt).length > 0, { error: "The workflow has no nodes." })
  .refine((prompt) => Object.keys(prompt).length <= MOST_INNER_NODES, { error: `A workflow may have at most ${MOST_INNER_NODES} nodes.` });
export type Prompt = z.infer<typeof promptSchema>;

/** What people may set of a workflow. */
export const MOST_INPUTS = 500;

const portName = endpointSchema.shape.port.refine((name) => name !== FAILURE_PORT && !FORBIDDEN_KEYS.has(name), {
  error: "This name is taken. Choose another one.",
});
const integerText = z.string().regex(/^-?\d{1,40}$/, { error: "This is not a whole number." });

const place = {
  /** Unique among the inputs, or outputs, of the workflow. */
  name: portName,
  title: z.string().max(200),
  /** The inner node. */
  node: innerIdSchema,
  /** What that node is called. */
  nodeTitle: z.string().max(600),
  /** Whether it is offered; what is not keeps the value it has in the workflow. */
  isShown: z.boolean(),
};
const input = { ...place, /** Of the inner node. */ field: z.string().max(300), description: z.string().max(2_000).optional() };
const scalar = z.union([z.string().max(262_144), z.number(), z.boolean()]);

/** What can be set of a workflow, with what the server says of it. */
export const workflowInputSchema = z.discriminatedUnion("type", [
  /** A picture that is uploaded; `mask`: what is transparent in it is wanted. */
  z.strictObject({ ...input, type: z.literal("image"), hasMask: z.boolean() }),
  z.strictObject({ ...input, type: z.literal("mask") }),
  z.strictObject({ ...input, type: z.literal("text"), default: z.string(), isLong: z.boolean() }),
  z.strictObject({
    ...input,
    type: z.literal("number"),
    default: z.number(),
    min: z.number().optional(),
    max: z.number().optional(),
    step: z.number().optional(),
  }),
  /** Limits beyond 2^53 are left out. */
  z.strictObject({
    ...input,
    type: z.literal("integer"),
    default: z.number(),
    min: z.number().optional(),
    max: z.number().optional(),
    step: z.number().optional(),
  }),
  /** Whole numbers as digits, because they may be larger than a number holds exactly. */
  z.strictObject({ ...input, type: z.literal("seed"), default: integerText, min: integerText, max: integerText }),
  z.strictObject({ ...input, type: z.literal("boolean"), default: z.boolean() }),
  z.strictObject({ ...input, type: z.literal("choice"), default: scalar, choices: z.array(scalar).max(5_000) }),
]);
export type WorkflowInput = z.infer<typeof workflowInputSchema>;

export const workflowOutputSchema = z.strictObject({
  ...place,
  /** `image`: the first of its pictures. `file`: a film, a sound, a model. */
  type: z.enum(["image", "file", "text"]),
});
export type WorkflowOutput = z.infer<typeof workflowOutputSchema>;

/** One version of a workflow of the library; it never changes. */
export const workflowContentSchema = z.strictObject({
  prompt: promptSchema,
  inputs: z.array(workflowInputSchema).max(MOST_INPUTS),
  outputs: z.array(workflowOutputSchema).max(200),
  /** Where nodes stand in ComfyUI's editor, by inner id, where that is known. */
  positions: z.record(innerIdSchema, z.strictObject({ x: z.number(), y: z.number() })),
  format: z.enum(["api", "ui"]),
});
export type WorkflowContent = z.infer<typeof workflowContentSchema>;

/** What the server that was asked does not have, when the workflow was read. */
export const missingClassSchema = z.strictObject({
  name: z.string(),
  /** Titles of the nodes of this class. */
  nodes: z.array(z.string()),
  /** What may bring it, where the file or the name tells. */
  extension: z.string().optional(),
});
export type MissingClass = z.infer<typeof missingClassSchema>;
