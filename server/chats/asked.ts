import type { Json } from "#runtime/graph/json.ts";
import type { JsonSchema } from "#runtime/node/define.ts";

/** Fields that a message goes to, the best one first; without them it is the first that takes text. */
const MESSAGE = ["message", "prompt", "question", "text", "input"];
const THREAD = "thread";

/** How a message becomes the input of a run. */
export interface Asked {
  message: string;
  /** Where the conversation's name goes. */
  thread?: string;
  /** Where files go, and whether it is a list. */
  files?: { name: string; many: boolean };
}

/** What a graph asks for, as a chat can give it; a text says why it cannot. */
export function askedOf(input: JsonSchema): Asked | string {
  const properties = objectOf(input.properties);
  const required = Array.isArray(input.required) ? input.required : [];
  const texts = Object.keys(properties).filter(
    (name) => name !== THREAD && objectOf(properties[name]).type === "string" && objectOf(properties[name]).enum === undefined,
  );
  const message = MESSAGE.find((name) => texts.includes(name)) ?? texts[0];
  if (message === undefined) return "It asks for no text. Give its start a field of text, for example “message”.";
  const files = Object.keys(properties).flatMap((name) => filesOf(name, properties[name]))[0];
  const others = required.filter((name) => name !== message && name !== THREAD && !hasDefault(properties[String(name)]));
  if (others.length > 0) return `It asks for more than a message: ${others.join(", ")}. Start it with its form.`;
  return { message, ...(objectOf(properties[THREAD]).type === "string" && { thread: THREAD }), ...(files && { files }) };
}

/** The run's input. */
export function inputOf({ message, thread, files: place }: Asked, given: { text: string; chat: string; files: readonly Json[] }): Record<string, Json> {
  const files = place && given.files.length > 0 ? { [place.name]: place.many ? [...given.files] : (given.files[0] ?? null) } : {};
  return { [message]: given.text, ...(thread && { [thread]: given.chat }), ...files };
}

/** What a run put out, as text: a text alone as it is, else the first that is one. */
export function answerOf(output: Record<string, unknown>): string | null {
  const values = Object.values(output);
  const text = values.find((value) => typeof value === "string");
  if (typeof text === "string") return text;
  return values.length === 0 ? null : JSON.stringify(values.length === 1 ? values[0] : output, null, 2);
}

function filesOf(name: string, schema: Json | undefined): NonNullable<Asked["files"]>[] {
  const own = objectOf(schema);
  const isFile = (one: JsonSchema) => objectOf(one.properties).$asset !== undefined;
  if (isFile(own)) return [{ name, many: false }];
  return isFile(objectOf(own.items)) ? [{ name, many: true }] : [];
}

function hasDefault(schema: Json | undefined): boolean {
  return objectOf(schema).default !== undefined;
}

function objectOf(value: Json | undefined): JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}
