import { z } from "zod";
import type { ToolDescription } from "#nodes/kit/mcp/service.ts";
import { hashJson } from "#runtime/graph/hash.ts";

const jsonSchemaOfObject = z.looseObject({ type: z.literal("object") });
const hint = z.boolean().optional();

const toolSchema = z.object({
  name: z.string().min(1).max(256),
  title: z.string().optional(),
  description: z.string().optional(),
  inputSchema: jsonSchemaOfObject,
  outputSchema: jsonSchemaOfObject.optional(),
  annotations: z
    .object({ title: z.string().optional(), readOnlyHint: hint, destructiveHint: hint, idempotentHint: hint, openWorldHint: hint })
    .optional()
    .catch(undefined),
});

/** A tool as the server listed it, with its hash; undefined when it is no valid tool (the others of its server stay usable). */
export function describeTool(listed: unknown): ToolDescription | undefined {
  const parsed = toolSchema.safeParse(listed);
  if (!parsed.success) return undefined;
  const { name, title, description, inputSchema, outputSchema, annotations } = parsed.data;
  const { title: otherTitle, ...hints } = annotations ?? {};
  return withoutUndefined({
    name,
    title: title ?? otherTitle,
    description,
    inputSchema,
    outputSchema,
    annotations: annotations && withoutUndefined(hints),
    hash: hashJson({ name, description, inputSchema, outputSchema }),
  });
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>;
}
