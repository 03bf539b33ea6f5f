import { z } from "zod";
import { dataSchema } from "#runtime/graph/json.ts";
import { effectSchema } from "#runtime/node/effect.ts";

/** Something that is about to be done. */
export const actionSchema = z.looseObject({
  /** What does it, by name. */
  tool: z.string().max(500),
  arguments: dataSchema.default({}),
  /** What it is done to, where the arguments do not say: a host, a path, an environment. */
  target: z.string().max(4_000).optional(),
  context: z
    .looseObject({
      /** What it does to the world; without it, it may write. */
      effect: effectSchema.optional(),
      /** A person has approved it. */
      approved: z.boolean().optional(),
      /** Hosts that may be spoken to, and their subdomains. Absent: any that is public. */
      hosts: z.array(z.string()).optional(),
      /** Tools the task needs. Absent: any. */
      tools: z.array(z.string()).optional(),
      /** Calls of this tool before this one. */
      calls: z.number().optional(),
    })
    .default({}),
});
export type Action = z.output<typeof actionSchema>;
