import type { Json } from "#runtime/graph/json.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import { type FieldHint, HINT } from "#runtime/node/fields.ts";

/** One field of a form, as its control needs it; made from a JSON Schema (2020-12). */
export interface FormField {
  name: string;
  title: string;
  description?: string;
  required: boolean;
  /** Takes `{{ … }}` in place of a value. */
  expression: boolean;
  advanced: boolean;
  placeholder?: string;
  default?: Json;
  control: Control;
}

export type Control =
  | { type: "text"; multiline: boolean; language: FieldHint["language"] | undefined; maxLength?: number; offered?: FieldHint["offered"] }
  /** Text, a number, true or false: typed as text, kept as what it looks like. */
  | { type: "scalar" }
  | { type: "number"; integer: boolean; minimum?: number; maximum?: number }
  | { type: "boolean" }
  | { type: "choice"; options: readonly (string | number)[] }
  | { type: "connection"; kind: NonNullable<FieldHint["connection"]> }
  | { type: "credential" }
  | { type: "graph" }
  /** A ComfyUI workflow of the library. */
  | { type: "workflow" }
  /** A collection of knowledge. */
  | { type: "collection" }
  /** A stored file; `accept` as in HTML; `mask`: one can be painted on it, and goes along. */
  | { type: "file"; accept: string | undefined; mask?: true }
  /** A tool of the connection in the named field beside it. */
  | { type: "tool"; connectionField: string }
  | { type: "records"; fields: readonly FormField[] }
  /** A list of single values. */
  | { type: "list"; item: Control }
  /** Any of a few words, or of the people of the workspace. */
  | { type: "several"; options: readonly string[] | "people" }
  | { type: "map" }
  | { type: "object"; fields: readonly FormField[] }
  | { type: "json" };

/** Objects deeper than this are edited as JSON. */
const MAX_DEPTH = 3;

interface Surroundings {
  root: JsonSchema;
  depth: number;
  /** An object around it takes expressions, so everything inside does. */
  expression: boolean;
}

/** The fields of an object schema, in its order. */
export function formFields(schema: JsonSchema): FormField[] {
  return fieldsOf(schema, { root: schema, depth: 0, expression: false });
}

function fieldsOf(schema: JsonSchema, around: Surroundings): FormField[] {
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  return Object.entries(asSchema(schema.properties)).map(([name, property]) => fieldOf({ name, required: required.has(name) }, asSchema(property), around));
}

function fieldOf(about: { name: string; required: boolean }, given: JsonSchema, around: Surroundings): FormField {
  const schema = resolved(given, around.root);
  const hint = hintOf(schema);
  const expression = hint.expression === true || around.expression;
  return {
    ...about,
    title: typeof schema.title === "string" && schema.title !== "" ? schema.title : humanized(about.name),
    ...(typeof schema.description === "string" && schema.description !== "" && { description: schema.description }),
    expression,
    advanced: hint.advanced === true,
    ...(hint.placeholder !== undefined && { placeholder: hint.placeholder }),
    ...(schema.default !== undefined && { default: schema.default }),
    control: controlOf(schema, hint, { ...around, depth: around.depth + 1, expression }),
  };
}

function controlOf(schema: JsonSchema, hint: FieldHint, around: Surroundings): Control {
  if (hint.connection) return { type: "connection", kind: hint.connection };
  if (hint.credential) return { type: "credential" };
  if (hint.graph) return { type: "graph" };
  if (hint.collection) return { type: "collection" };
  if (hint.workflow) return { type: "workflow" };
  if (hint.file) return { type: "file", accept: hint.file.accept, ...(hint.mask === true && { mask: true }) };
  if (hint.toolOf) return { type: "tool", connectionField: hint.toolOf };
  const plain = withoutTemplate(schema, around.root);
  if (Array.isArray(plain.enum) && plain.enum.length > 0 && plain.enum.every(isChoice)) return { type: "choice", options: plain.enum };
  if (Array.isArray(plain.type)) return plain.type.every((type) => type !== "object" && type !== "array") ? { type: "scalar" } : { type: "json" };
  switch (plain.type) {
    case "string": {
      const multiline = hint.layout === "text";
      return {
        type: "text",
        multiline,
        language: hint.language,
        ...(typeof plain.maxLength === "number" && { maxLength: plain.maxLength }),
        ...(hint.offered && { offered: hint.offered }),
      };
    }
    case "number":
    case "integer":
      return {
        type: "number",
        integer: plain.type === "integer",
        ...(typeof plain.minimum === "number" && { minimum: plain.minimum }),
        ...(typeof plain.maximum === "number" && { maximum: plain.maximum }),
      };
    case "boolean":
      return { type: "boolean" };
    case "array":
      return listControl(plain, hint, around);
    case "object":
      return objectControl(plain, around);
    default:
      return { type: "json" };
  }
}

const SINGLE: ReadonlySet<Control["type"]> = new Set(["text", "number", "scalar", "choice"]);

function listControl(schema: JsonSchema, hint: FieldHint, around: Surroundings): Control {
  const item = resolved(asSchema(schema.items), around.root);
  if (hint.layout === "records" && item.type === "object") {
    return { type: "records", fields: fieldsOf(item, { ...around, expression: false }).filter(({ name }) => name !== "id") };
  }
  if (hint.people) return { type: "several", options: "people" };
  if (schema.uniqueItems === true && Array.isArray(item.enum)) return { type: "several", options: item.enum.map(String) };
  const control = controlOf(item, {}, around);
  return SINGLE.has(control.type) ? { type: "list", item: control } : { type: "json" };
}

function objectControl(schema: JsonSchema, around: Surroundings): Control {
  if (around.depth >= MAX_DEPTH) return { type: "json" };
  if (Object.keys(asSchema(schema.properties)).length > 0) return { type: "object", fields: fieldsOf(schema, around) };
  const member = asSchema(schema.additionalProperties);
  return resolved(member, around.root).type === "string" ? { type: "map" } : { type: "json" };
}

/** A union without its branch for expressions, and without null; what is left alone stands for the whole. */
function withoutTemplate(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const union = Array.isArray(schema.anyOf) ? schema.anyOf : Array.isArray(schema.oneOf) ? schema.oneOf : undefined;
  if (!union) return Array.isArray(schema.type) ? withoutNull(schema, schema.type) : schema;
  const branches = union.map((branch) => resolved(asSchema(branch), root)).filter((branch) => branch.pattern !== "\\{\\{" && branch.type !== "null");
  const [only] = branches;
  if (branches.length === 1 && only) return only;
  const types = branches.map(({ type }) => type);
  const isScalar = types.every((type) => type === "string" || type === "number" || type === "integer" || type === "boolean");
  return isScalar && types.length > 0 ? { type: types as Json[] } : {};
}

function withoutNull(schema: JsonSchema, types: readonly Json[]): JsonSchema {
  const others = types.filter((type) => type !== "null");
  return { ...schema, type: others.length === 1 ? (others[0] ?? null) : others };
}

/** Follows `$ref` inside the schema; one that leads nowhere, or in a circle, is any JSON. */
function resolved(schema: JsonSchema, root: JsonSchema): JsonSchema {
  let current = schema;
  for (let steps = 0; typeof current.$ref === "string"; steps++) {
    if (steps > 8 || !current.$ref.startsWith("#/")) return {};
    const { $ref, ...rest } = current;
    let target: Json | undefined = root;
    for (const part of $ref.slice(2).split("/")) target = asSchema(target)[part.replaceAll("~1", "/").replaceAll("~0", "~")];
    current = { ...asSchema(target), ...rest };
  }
  return current;
}

function hintOf(schema: JsonSchema): FieldHint {
  return asSchema(schema[HINT]) as FieldHint;
}

function asSchema(value: Json | undefined): JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

function isChoice(value: Json): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

/** "maxTokens" and "max_tokens" become "Max tokens". */
export function humanized(name: string): string {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/[_-]+/g, " ")
    .trim()
    .toLowerCase();
  return words === "" ? name : words.charAt(0).toUpperCase() + words.slice(1);
}
