import { z } from "zod";
import { jsonSchema } from "#runtime/graph/json.ts";
import { hint, records } from "#runtime/node/fields.ts";
import type { PortType } from "#runtime/node/ports.ts";
import { portNameField } from "../kit/ports/port-names.ts";

const fieldTypeSchema = z.enum(["text", "paragraph", "number", "boolean", "choice", "list", "json", "file", "image"]).default("text").meta({ title: "Type" });

/** What a run is asked for. */
export const inputFields = records(
  {
    name: portNameField,
    type: fieldTypeSchema,
    title: z.string().max(200).default("").meta({ title: "Title", description: "Shown in the form; the name when empty." }),
    description: z.string().max(1_000).default("").meta({ title: "Help text" }),
    required: z.boolean().default(true).meta({ title: "Required" }),
    choices: z.array(z.string().min(1).max(200)).max(100).default([]).meta({ title: "Choices", description: "For the type choice." }),
    default: hint(jsonSchema.optional(), { language: "json" }, { title: "Default", description: "The value when a run brings none." }),
  },
  { title: "Fields", description: "What a run is asked for. Each field is an output." },
);
export type InputField = z.output<typeof inputFields>[number];

export const PORT_TYPES = {
  text: "text",
  paragraph: "text",
  choice: "text",
  number: "number",
  boolean: "boolean",
  list: "list<text>",
  json: "json",
  file: "file",
  image: "image",
} as const satisfies Record<InputField["type"], PortType>;
