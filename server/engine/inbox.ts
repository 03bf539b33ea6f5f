import { z } from "zod";
import { anyBudgetSchema, countedSchema } from "#runtime/graph/budget.ts";
import { nodeIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import { dataSchema } from "#runtime/graph/json.ts";
import { storedValuesSchema } from "#runtime/graph/stored-value.ts";
import { iterationPathSchema } from "#runtime/run/events.ts";
import { failureSchema } from "#runtime/run/failure.ts";

const nodeRun = { node: nodeIdSchema, path: iterationPathSchema };
const reason = z.string().max(2_000);

/** What anybody but the driver wants of a run. Written to the run's inbox; the driver turns it into events. */
export const inboxMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("cancel"), reason }),
  /** `above`: with the outermost of the runs that wait for it. */
  z.strictObject({ type: z.literal("kill"), reason, above: z.literal(true).optional() }),
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
  z.strictObject({
    /** A person's answer to a wait of the kind `person`. */
    type: z.literal("decide-wait"),
    ...nodeRun,
    name: z.string(),
    decision: z.string(),
    edited: dataSchema.optional(),
    note: z.string().max(2_000),
  }),
  /** What the run may use; a number is dollars. Everybody who waits for budget tries again; `refuse` names a node run that shall not. */
  z.strictObject({
    type: z.literal("set-budget"),
    budget: anyBudgetSchema,
    /** Of the budget of one of its nodes. */
    holder: nodeIdSchema.optional(),
    refuse: z.strictObject({ ...nodeRun, name: z.string() }).optional(),
    note: z.string().max(2_000),
  }),
  /** The budget that keeps the run from going on is that of a run above it: it shall be so much. `child` names the run below that this comes from. */
  z.strictObject({
    type: z.literal("raise"),
    measure: countedSchema,
    budget: z.number().min(0),
    child: z.strictObject({ ...nodeRun, run: runIdSchema }).optional(),
    note: z.string().max(2_000),
  }),
  /** A run that it began asks for more. */
  z.strictObject({ type: z.literal("child-needs"), ...nodeRun, run: runIdSchema, measure: countedSchema, amount: z.number().min(0) }),
  /** The run that waits for it lends it so much more; 0: there is no more, and how its budget stands. */
  z.strictObject({ type: z.literal("lend"), measure: countedSchema, amount: z.number().min(0), used: z.number().optional(), budget: z.number().optional() }),
  /** A run above may use more: whoever was told that it has no more of this asks again. */
  z.strictObject({ type: z.literal("raised-above"), measure: countedSchema }),
  /** Somebody called the run's callback address. */
  z.strictObject({ type: z.literal("callback"), ...nodeRun, name: z.string(), request: dataSchema }),
  z.strictObject({
    /** A run that a node run waits for has ended. */
    type: z.literal("child-finished"),
    ...nodeRun,
    run: runIdSchema,
    state: z.enum(["succeeded", "failed", "cancelled", "killed", "timed-out"]),
    outputs: storedValuesSchema,
    failure: failureSchema.optional(),
    cost: z.number().min(0),
    tokens: z.number().min(0).optional(),
    toolCalls: z.number().min(0).optional(),
    activeMs: z.number().min(0).optional(),
  }),
]);
export type InboxMessage = z.infer<typeof inboxMessageSchema>;

/** A row of the inbox. `message` is absent when this version does not know it: it is taken out without effect. */
export interface InboxEntry {
  id: number;
  message: InboxMessage | undefined;
  actor: string;
}
