import { z } from "zod";
import type { Json } from "#runtime/graph/json.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import { fileField, HINT } from "#runtime/node/fields.ts";
import { fileValueSchema } from "#runtime/node/port-value.ts";
import { isPortName } from "../kit/ports/port-names.ts";
import type { InputField } from "./fields.ts";

const { $schema: _any, ...FILE } = z.toJSONSchema(fileField()) as JsonSchema;
const { $schema: _image, ...IMAGE } = z.toJSONSchema(fileField({ accept: "image/*" })) as JsonSchema;

/** The JSON Schema (2020-12) of a run's input. */
export function runInputSchema(fields: readonly InputField[]): JsonSchema {
  const sound = fields.filter(({ name }) => isPortName(name));
  return {
    type: "object",
    properties: Object.fromEntries(sound.map((field) => [field.name, fieldSchema(field)])),
    required: sound.filter(isDemanded).map(({ name }) => name),
    additionalProperties: false,
  };
}

function fieldSchema(field: InputField): JsonSchema {
  return {
    ...typeSchema(field),
    title: field.title || field.name,
    ...(field.description && { description: field.description }),
    ...(field.default !== undefined && { default: field.default }),
  };
}

function typeSchema({ type, choices }: InputField): JsonSchema {
  switch (type) {
    case "text":
      return { type: "string" };
    case "paragraph":
      return { type: "string", [HINT]: { layout: "text", language: "plain" } };
    case "choice":
      return { type: "string", enum: [...choices] };
    case "list":
      return { type: "array", items: { type: "string" } };
    case "json":
      return { [HINT]: { language: "json" } };
    case "file":
      return FILE;
    case "image":
      return IMAGE;
    default:
      return { type };
  }
}

/** Whether every run must bring it. */
function isDemanded(field: InputField): boolean {
  return field.required && field.default === undefined;
}

export interface InputError {
  /** JSON pointer into the run's input. */
  path: string;
  message: string;
}

/** A run's input with defaults, or all that is wrong with it. Nothing is converted: "3" is no number. */
export function readRunInput(fields: readonly InputField[], input: unknown): { values: Record<string, Json> } | { errors: InputError[] } {
  const given = input ?? {};
  if (typeof given !== "object" || Array.isArray(given)) return { errors: [{ path: "", message: "The input is an object with a value for each field." }] };
  const known = new Set(fields.map(({ name }) => name));
  const errors: InputError[] = Object.keys(given)
    .filter((name) => !known.has(name))
    .map((name) => ({ path: `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`, message: `There is no field "${name}".` }));
  const values = new Map<string, Json>();
  for (const field of fields) {
    const value = Object.hasOwn(given, field.name) ? (given as Record<string, Json>)[field.name] : field.default;
    if (value === undefined) {
      if (field.required) errors.push({ path: `/${field.name}`, message: `"${field.title || field.name}" is required.` });
      continue;
    }
    const misfit = misfitOf(field, value);
    if (misfit) errors.push({ path: `/${field.name}`, message: `"${field.title || field.name}" ${misfit}` });
    else values.set(field.name, value);
  }
  return errors.length > 0 ? { errors } : { values: Object.fromEntries(values) };
}

/** Why a value is none for this field: the end of a sentence that begins with the field's title. */
export function misfitOf({ type, choices }: InputField, value: Json): string | undefined {
  switch (type) {
    case "text":
    case "paragraph":
      return typeof value === "string" ? undefined : "takes text.";
    case "choice":
      return typeof value === "string" && choices.includes(value) ? undefined : `takes one of: ${choices.join(", ")}.`;
    case "number":
      return typeof value === "number" && Number.isFinite(value) ? undefined : "takes a number.";
    case "boolean":
      return typeof value === "boolean" ? undefined : "takes true or false.";
    case "list":
      return Array.isArray(value) && value.every((item) => typeof item === "string") ? undefined : "takes a list of texts.";
    case "json":
      return undefined;
    case "file":
    case "image": {
      const file = fileValueSchema.safeParse(value);
      if (!file.success) return `takes ${type === "file" ? "a file" : "an image"}, as POST /api/assets answers it.`;
      return type === "file" || file.data.mediaType.startsWith("image/") ? undefined : `takes an image, and “${file.data.name}” is ${file.data.mediaType}.`;
    }
  }
}
