import { z } from "zod";
import { longText, records } from "#runtime/node/fields.ts";
import { decidingFields, questionFields } from "../kit/gates/fields.ts";
import { portNameField } from "../kit/ports/port-names.ts";

/** The two that there always are: decision, and the port it leaves by. */
export const APPROVE = "approve";
export const REJECT = "reject";

const outcomes = records(
  {
    name: portNameField,
    title: z.string().max(50).default("").meta({ title: "Title", description: "On the button; the name when empty." }),
    needsNote: z.boolean().default(false).meta({ title: "Takes a reason" }),
  },
  { title: "Custom outcomes", description: "Besides approve and reject: each is a way out of its own." },
);

export const approvalConfig = z.strictObject({
  ...questionFields,
  editable: z.boolean().default(false).meta({ title: "May be edited", description: "Whoever decides may put something else in the place of the value." }),
  editSchema: longText({
    title: "What may be edited",
    language: "json",
    placeholder: '{ "type": "object", "properties": { "subject": { "type": "string" } } }',
    description: "A JSON Schema that what was edited has to fit, and the form is made of. Empty: a form like the value.",
  }),
  outcomes,
  rejectNote: z.boolean().default(false).meta({ title: "To reject takes a reason" }),
  ...decidingFields,
  onTimeout: z.string().max(100).default(REJECT).meta({ title: "When nobody decides in time", description: "approve, reject, or the name of an outcome." }),
});
export type ApprovalConfig = z.output<typeof approvalConfig>;

/** The schema of the field, if it is one. */
export function readSchema(text: string): { schema?: Record<string, never>; problem?: string } {
  if (text.trim() === "") return {};
  try {
    const schema: unknown = JSON.parse(text);
    if (typeof schema === "object" && schema !== null && !Array.isArray(schema)) return { schema: schema as Record<string, never> };
    return { problem: "A JSON Schema is an object: { … }." };
  } catch {
    return { problem: "This is not JSON." };
  }
}
