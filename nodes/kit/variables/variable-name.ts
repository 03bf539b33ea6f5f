import { z } from "zod";
import { FORBIDDEN_KEYS } from "#runtime/graph/json.ts";
import { expression } from "#runtime/node/fields.ts";
import { NodeError } from "#runtime/node/node-error.ts";

const HINT = "Begin with a letter or _, then up to 99 letters, digits, _, . and -.";

/** What a variable may be called. */
export const variableNameSchema = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/, { error: HINT })
  .refine((name) => !FORBIDDEN_KEYS.has(name), { error: "This name is not allowed." });

/** A name as it is typed, or an expression that yields one. */
export const variableNameField = expression(z.string().max(4_000), { title: "Variable", placeholder: "counter" }).prefault("");

export const variableScopeField = z
  .enum(["run", "workspace"])
  .default("run")
  .meta({ title: "Kept for", description: "This run only, or all runs of the workspace." });

/** What is wrong with a name in the draft; undefined for an expression. */
export function problemOfVariableName(name: string): string | undefined {
  if (name === "") return "Name the variable.";
  return name.includes("{{") ? undefined : variableNameSchema.safeParse(name).error?.issues[0]?.message;
}

/** Throws `NodeError("validation")` for a name that an expression yielded and no variable can have. */
export function requireVariableName(name: string): string {
  if (variableNameSchema.safeParse(name).success) return name;
  throw new NodeError("validation", `A variable cannot be called "${name.slice(0, 120)}". ${HINT}`, { happened: "no" });
}
