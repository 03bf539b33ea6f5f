import { z } from "zod";
import { nodeIdSchema } from "#runtime/graph/ids.ts";
import { dataSchema } from "#runtime/graph/json.ts";
import { iterationPathSchema } from "#runtime/run/events.ts";

const reason = z.string().max(2_000);

/** What anybody but the driver wants of a run. Written to the run's inbox; the driver turns it into events. */
export const inboxMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("cancel"), reason }),
  z.strictObject({ type: z.literal("kill"), reason }),
  z.strictObject({ type: z.literal("hold"), reason }),
  z.strictObject({ type: z.literal("resume") }),
  z.strictObject({
    type: z.literal("decide-uncertain"),
    node: nodeIdSchema,
    path: iterationPathSchema,
    decision: z.enum(["happened", "failed", "again"]),
    outputs: z.record(z.string(), dataSchema),
    note: z.string().max(2_000),
  }),
]);
export type InboxMessage = z.infer<typeof inboxMessageSchema>;

/** A row of the inbox. `message` is absent when this version does not know it: it is taken out without effect. */
export interface InboxEntry {
  id: number;
  message: InboxMessage | undefined;
  actor: string;
}
