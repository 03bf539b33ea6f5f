import { z } from "zod";
import { collectionIdSchema, connectionIdSchema, credentialIdSchema } from "../graph/ids.ts";
import type { Json } from "../graph/json.ts";
import { GRAPH_LIMITS } from "../graph/schema.ts";
import { fileValueSchema } from "./port-value.ts";

/**
 * What the canvas, the document layout and the compiler need to know of a config field beyond its JSON Schema. It travels in
 * the schema as `x-heddle`.
 */
export interface FieldHint {
  /** Strings inside may hold `{{ … }}`, evaluated before the node runs. */
  expression?: boolean;
  /** The text is a web address: what expressions yield is percent-encoded as a part of it, unless the address begins with it. */
  address?: boolean;
  /** How the field lives in the document: `text` is co-edited, `records` a list of objects with ids. Absent: one value. */
  layout?: "text" | "records";
  /** Language of a text field, for its editor. */
  language?: "markdown" | "javascript" | "typescript" | "jsonata" | "json" | "expression" | "plain";
  /** The field picks a connection of this kind. */
  connection?: "mcp" | "comfyui" | "model";
  /** The field picks a graph. */
  graph?: boolean;
  /** The field picks a ComfyUI workflow of the library. */
  workflow?: boolean;
  /** The field picks a collection of knowledge. */
  collection?: boolean;
  /** Of a field that holds a picture: a mask can be painted on it; the value is then `{ image, mask }`. */
  mask?: boolean;
  /** The field picks a credential of the workspace. */
  credential?: boolean;
  /** The field picks one of the tools of the connection in the named sibling field. */
  toolOf?: string;
  /** The field takes a text, and proposes what the connection in the sibling field `by` offers: names of prompts or models, addresses of resources. */
  offered?: { what: "prompts" | "resources" | "models"; by: string };
  /** The field picks people of the workspace, by the ids of their accounts. */
  people?: boolean;
  /** The field holds a stored file. `accept`: which ones are offered, as in HTML: "image/*", ".csv,text/plain". Absent: any. */
  file?: { accept?: string };
  placeholder?: string;
  /** Shown folded away under "More". */
  advanced?: boolean;
}

export const HINT = "x-heddle";

/** Attaches a hint (and title or description) to a schema. */
export function hint<Schema extends z.ZodType>(schema: Schema, value: FieldHint, about: { title?: string; description?: string } = {}): Schema {
  return schema.meta({ ...schema.meta(), ...about, [HINT]: value });
}

const template = z.string().max(GRAPH_LIMITS.textBytes).regex(/\{\{/, { error: "This is neither a fitting value nor an expression in {{ }}." });

/**
 * A field that takes either a fitting value or text with `{{ … }}` that yields one. Its input type holds both, its output type the
 * value: after evaluation, execute-node parses the field again.
 */
export function expression<Schema extends z.ZodType>(inner: Schema, about: FieldHint & { title?: string; description?: string } = {}) {
  const { title, description, ...rest } = about;
  const schema: z.ZodType = hint(z.union([inner, template]), { ...rest, expression: true }, { ...(title && { title }), ...(description && { description }) });
  return schema as z.ZodType<z.output<Schema>, z.input<Schema> | string>;
}

/** Co-edited text of up to 256 KiB. */
export function longText(about: FieldHint & { title?: string; description?: string } = {}) {
  const { title, description, ...rest } = about;
  return hint(
    z.string().max(GRAPH_LIMITS.textBytes).default(""),
    { ...rest, layout: "text" },
    { ...(title && { title }), ...(description && { description }) },
  );
}

/** A list of objects that people edit at once; each has an id that stays when it moves. */
export function records<Shape extends z.ZodRawShape>(shape: Shape, about: { title?: string; description?: string } = {}) {
  const item = z.strictObject({ id: z.string().regex(/^[A-Za-z0-9_]{1,64}$/), ...shape });
  return hint(z.array(item).max(200).default([]), { layout: "records" }, about);
}

/** The id of a connection. */
export function connectionField(kind: NonNullable<FieldHint["connection"]>, about: { title?: string; description?: string } = {}) {
  return hint(connectionIdSchema, { connection: kind }, about);
}

/** What the provider of the connection in the field `connection` calls a model; empty: the connection's usual one. */
export function modelField() {
  return hint(
    z.string().max(200).default(""),
    { offered: { what: "models", by: "connection" } },
    { title: "Model", description: "As the provider calls it. The connection's usual one when empty." },
  );
}

/** The id of a collection of knowledge. */
export function collectionField(about: { title?: string; description?: string } = {}) {
  return hint(collectionIdSchema, { collection: true }, about);
}

/** The id of a credential: all that a graph holds of it. */
export function credentialField(about: { title?: string; description?: string } = {}) {
  return hint(credentialIdSchema, { credential: true }, about);
}

/** A stored file. */
export function fileField(about: NonNullable<FieldHint["file"]> & { title?: string; description?: string } = {}) {
  const { title, description, ...file } = about;
  return hint(fileValueSchema, { file }, { ...(title && { title }), ...(description && { description }) });
}

/** Any JSON value whose strings may hold `{{ … }}`. What a graph may not hold its own schema refuses; what an expression yields may have any key and depth. */
export function jsonTemplate(about: { title?: string; description?: string } = {}) {
  return hint(
    z.custom<Json>((value) => value !== undefined),
    { expression: true, language: "json" },
    about,
  );
}
