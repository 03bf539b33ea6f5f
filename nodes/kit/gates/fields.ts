import { z } from "zod";
import type { ConfigProblem } from "#runtime/node/define.ts";
import { expression, hint } from "#runtime/node/fields.ts";
import { templateText } from "../text/template-text-field.ts";
import { problemOfDuration, UNITS } from "../time/duration.ts";

const ROLES = ["owner", "editor", "approver", "operator"] as const;
const amount = z.number().min(0).max(1e6);
const roles = z.array(z.enum(ROLES)).max(4).default([]);
const people = z.array(z.string().max(200)).max(100).default([]);

/** Of the settings that few need: folded away. */
function later<Schema extends z.ZodType>(schema: Schema, title: string, description?: string): Schema {
  return hint(schema, { advanced: true }, { title, ...(description !== undefined && { description }) });
}

/** What a gate says. */
export const questionFields = {
  title: expression(z.string().max(500), { title: "Question", placeholder: "Send it?", description: "In one line, as lists show it." }).prefault(""),
  message: templateText({
    title: "Message",
    language: "markdown",
    description: "Markdown. What whoever decides should know; put values in with {{ inputs.name }}.",
  }),
};

/** Who decides, and until when. */
export const decidingFields = {
  roles: roles.meta({
    uniqueItems: true,
    title: "Who may decide: roles",
    description: "Anybody with one of these roles. With no role and nobody named: owners, editors and approvers.",
  }),
  people: hint(people, { people: true }, { title: "Who may decide: people", description: "Besides the roles." }),
  quorum: z
    .int()
    .min(1)
    .max(20)
    .default(1)
    .meta({ title: "How many have to agree", description: "So many different people. Who decides otherwise than the first way decides alone." }),
  notStarter: z
    .boolean()
    .default(false)
    .meta({ title: "Not by who started the run", description: "Somebody else has to decide, also when an API token started it." }),
  remindAfter: later(amount.default(0), "Remind after", "Tells those who may decide once more; 0 tells nobody."),
  remindUnit: later(z.enum(UNITS).default("hours"), "Reminder in"),
  escalateAfter: later(amount.default(0), "Escalate after", "From then on others may decide, too; 0 asks nobody else."),
  escalateUnit: later(z.enum(UNITS).default("hours"), "Escalation in"),
  escalateRoles: later(roles.meta({ uniqueItems: true }), "Escalate to: roles"),
  escalatePeople: hint(people, { people: true, advanced: true }, { title: "Escalate to: people" }),
  timeoutAfter: amount.default(7).meta({ title: "Ask at most for", description: "0 asks for as long as it takes." }),
  timeoutUnit: z.enum(UNITS).default("days").meta({ title: "Asked in" }),
};

export type DecidingConfig = z.output<z.ZodObject<typeof decidingFields>>;

/** What is wrong with who decides and until when. */
export function checkDeciding(config: DecidingConfig): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const [field, unit] of [
    ["remindAfter", "remindUnit"],
    ["escalateAfter", "escalateUnit"],
    ["timeoutAfter", "timeoutUnit"],
  ] as const) {
    const message = problemOfDuration({ amount: config[field], unit: config[unit] });
    if (message !== undefined) problems.push({ path: `/${field}`, message });
  }
  const hasOthers = config.escalateRoles.length + config.escalatePeople.length > 0;
  if (config.escalateAfter > 0 && !hasOthers) problems.push({ path: "/escalateRoles", message: "Say who may decide then: a role, or people." });
  return problems;
}
