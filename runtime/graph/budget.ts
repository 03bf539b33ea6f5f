import { z } from "zod";

/** What is counted by charges and calls: dollars, tokens read and written, and calls of tools. */
export const COUNTED = ["dollars", "tokens", "toolCalls"] as const;
export const countedSchema = z.enum(COUNTED);
export type Counted = z.infer<typeof countedSchema>;

/** What a run may be limited in; time counts while nodes run, not while it waits. */
export const measureSchema = z.enum([...COUNTED, "timeMs"]);
export type Measure = z.infer<typeof measureSchema>;

/** The highest that can be set: dollars, tokens, calls, milliseconds. */
export const MOST: Readonly<Record<Measure, number>> = { dollars: 1_000_000, tokens: 1_000_000_000_000, toolCalls: 1_000_000, timeMs: 86_400_000 };

const dollars = z.number().min(0).max(MOST.dollars);
const tokens = z.int().min(0).max(MOST.tokens);
const toolCalls = z.int().min(0).max(MOST.toolCalls);
const timeMs = z.int().min(1_000).max(MOST.timeMs);

/** What may be used before somebody is asked; no limit in what is left out. */
export const budgetSchema = z.strictObject({
  dollars: dollars.optional(),
  tokens: tokens.optional(),
  toolCalls: toolCalls.optional(),
  timeMs: timeMs.optional(),
});
export type Budget = z.infer<typeof budgetSchema>;

/** Of one node in a run: what all its node runs use, and the runs and iterations they begin. */
export const nodeBudgetSchema = budgetSchema.omit({ timeMs: true });
export type NodeBudget = z.infer<typeof nodeBudgetSchema>;

/** A budget as callers may write it: a number is dollars. */
export const anyBudgetSchema = z.union([dollars, budgetSchema]);
export type AnyBudget = z.infer<typeof anyBudgetSchema>;

/** The same limits as settings of a graph, one field each, so that two people may change two of them at once. */
export const budgetSettings = {
  /** Dollars a run may cost before it asks. */
  budget: dollars.optional(),
  /** Tokens its models may read and write. */
  tokenBudget: tokens.optional(),
  /** Calls of tools. */
  toolCallBudget: toolCalls.optional(),
  /** Milliseconds, waiting excluded, after which no node starts before somebody says so; `timeoutMs` ends the run. */
  timeBudgetMs: timeMs.optional(),
};
const budgetSettingsSchema = z.object(budgetSettings);

/** The limits that a graph's settings hold. */
export function budgetOf(settings: z.infer<typeof budgetSettingsSchema>): Budget {
  const { budget, tokenBudget, toolCallBudget, timeBudgetMs } = settings;
  return {
    ...(budget !== undefined && { dollars: budget }),
    ...(tokenBudget !== undefined && { tokens: tokenBudget }),
    ...(toolCallBudget !== undefined && { toolCalls: toolCallBudget }),
    ...(timeBudgetMs !== undefined && { timeMs: timeBudgetMs }),
  };
}

/** Settings without their limits: for a part of a run, which is limited by the run. */
export function withoutBudget<Settings extends z.infer<typeof budgetSettingsSchema>>(settings: Settings): Omit<Settings, keyof typeof budgetSettings> {
  const { budget: _, tokenBudget: __, toolCallBudget: ___, timeBudgetMs: ____, ...others } = settings;
  return others;
}

/** Reads what callers write. */
export function toBudget(budget: AnyBudget): Budget {
  return typeof budget === "number" ? { dollars: budget } : budget;
}

/** The lowest limit that any of them sets, for each measure. */
export function strictestBudget(...budgets: readonly { [Name in Measure]?: number | undefined }[]): Budget {
  const strictest: Budget = {};
  for (const budget of budgets) {
    for (const measure of measureSchema.options) {
      const most = budget[measure];
      if (most !== undefined) strictest[measure] = Math.min(most, strictest[measure] ?? most);
    }
  }
  return strictest;
}
