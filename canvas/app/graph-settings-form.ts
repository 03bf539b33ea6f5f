import type { Json } from "#runtime/graph/json.ts";
import { type GraphSettings, graphSettingsSchema } from "#runtime/graph/schema.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import { HINT } from "#runtime/node/fields.ts";
import { ERROR_HANDLER_INPUT } from "./error-handler-input.ts";

const FIELDS = Object.keys(ERROR_HANDLER_INPUT)
  .map((name) => `\`${name}\``)
  .join(", ");

/** The form of a graph's settings: times in the units people think in. */
export const graphSettingsForm: JsonSchema = {
  type: "object",
  properties: {
    minutes: { type: "number", title: "Time limit in minutes", description: "For a whole run; waiting does not count. 1,440 (a day) when empty." },
    idleSeconds: {
      type: "number",
      title: "Idle time limit in seconds",
      description: "A run in which nothing starts, ends or makes progress for so long while nodes run is ended. No limit when empty.",
    },
    concurrency: {
      type: "integer",
      title: "Nodes at once",
      description: "How many nodes of one run may be under way at the same time.",
      minimum: 1,
      maximum: 1_000,
    },
    budget: { type: "number", title: "Budget in dollars", description: "Before a run would cost more, it waits and asks. No budget when empty." },
    tokenBudget: {
      type: "integer",
      title: "Budget in tokens",
      description: "Read and written by models. Before a run would use more, it waits and asks. No budget when empty.",
      minimum: 0,
    },
    toolCallBudget: {
      type: "integer",
      title: "Budget in tool calls",
      description: "Before a run would make more calls of tools, it waits and asks. No budget when empty.",
      minimum: 0,
    },
    budgetMinutes: {
      type: "number",
      title: "Budget in minutes",
      description: "When a run has taken so long, no further node starts before somebody says so; waiting does not count. No budget when empty.",
    },
    autonomy: {
      type: "string",
      enum: ["manual", "copilot", "autopilot"],
      title: "Autonomy of agents",
      description:
        "What agents may do by themselves at most. Manual: a person decides each call. Copilot: a person decides what writes. Autopilot: they act. The strictest of graph, agent and tool counts. As the agents say when empty.",
    },
    worker: { type: "string", title: "Worker label", description: "Runs are driven by workers with this label only. Any worker when empty.", maxLength: 40 },
    errorGraph: {
      type: "string",
      title: "Error handler",
      description: `When a run of this graph fails, the published revision of that graph runs with what went wrong. Of ${FIELDS} its start node is given those it has a field for, each as text. None when empty.`,
      [HINT]: { graph: true },
    },
  },
};

const UNITS: Readonly<Record<string, { setting: keyof GraphSettings; ms: number }>> = {
  minutes: { setting: "timeoutMs", ms: 60_000 },
  idleSeconds: { setting: "idleTimeoutMs", ms: 1_000 },
  budgetMinutes: { setting: "timeBudgetMs", ms: 60_000 },
};

/** Settings as the form shows them. */
export function shownSettings(settings: GraphSettings): Record<string, Json> {
  const { timeoutMs, idleTimeoutMs, timeBudgetMs, ...others } = settings;
  const shown = {
    ...(timeoutMs !== undefined && { minutes: timeoutMs / 60_000 }),
    ...(idleTimeoutMs !== undefined && { idleSeconds: idleTimeoutMs / 1_000 }),
    ...(timeBudgetMs !== undefined && { budgetMinutes: timeBudgetMs / 60_000 }),
  };
  return { ...shown, ...Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined)) } as Record<string, Json>;
}

/** One field of the form as a change of the settings: what they become, or why they cannot. */
export function changedSettings(
  settings: GraphSettings,
  { field, value }: { field: string; value: Json | undefined },
): { ok: true; settings: GraphSettings } | { ok: false; message: string } {
  const unit = UNITS[field];
  const name = unit?.setting ?? (field as keyof GraphSettings);
  const { [name]: _, ...others } = settings;
  const isEmpty = value === undefined || value === "";
  const written = unit && typeof value === "number" ? Math.round(value * unit.ms) : value;
  const parsed = graphSettingsSchema.safeParse(isEmpty ? others : { ...others, [name]: written });
  return parsed.success ? { ok: true, settings: parsed.data } : { ok: false, message: WRONG[field] ?? parsed.error.issues[0]?.message ?? "This does not fit." };
}

const WRONG: Readonly<Record<string, string>> = {
  minutes: "A number of minutes, at most 1,440.",
  idleSeconds: "A number of seconds, 1 to 86,400.",
  concurrency: "A whole number from 1 to 1,000.",
  budget: "A sum of dollars, 0 to 1,000,000.",
  tokenBudget: "A whole number of tokens.",
  toolCallBudget: "A whole number of calls, at most 1,000,000.",
  budgetMinutes: "A number of minutes, at most 1,440.",
};
