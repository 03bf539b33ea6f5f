import { z } from "zod";

const SCALARS = ["text", "number", "boolean", "json", "file", "image", "messages", "tool", "agent", "any"] as const;
type Scalar = (typeof SCALARS)[number];
/** What a port carries. `list<T>` nests at most three deep. */
export type PortType = Scalar | `list<${string}>`;

export const portTypeSchema = z.custom<PortType>(
  (value) => typeof value === "string" && /^(list<){0,3}(text|number|boolean|json|file|image|messages|tool|agent|any)>{0,3}$/.test(value) && balanced(value),
  { error: `A port's type is one of ${SCALARS.join(", ")}, or list<…> of one.` },
);

function balanced(value: string): boolean {
  return value.split("<").length === value.split(">").length;
}

/** A typed input or output of a node. */
export interface Port {
  type: PortType;
  /** An input without which the node still runs. */
  optional?: boolean;
  /** An input that takes several edges; its value is the list of what came, in edge order. */
  many?: boolean;
  title?: string;
  description?: string;
}

export interface Ports {
  inputs: Record<string, Port>;
  outputs: Record<string, Port>;
}

/** The port that carries the failure of a node whose policy is to branch: `{ code, message, details, node, documentation }`, the last two telling whose it is. */
export const FAILURE_PORT = "failure";
/** The port by which a node is wired to an agent as its tool. */
export const TOOL_PORT = "tool";

type PortOptions = Omit<Port, "type">;
const make =
  (type: PortType) =>
  (options: PortOptions = {}): Port => ({ type, ...options });

/** Makes ports: `port.text({ optional: true })`, `port.list("text")`. */
export const port = {
  text: make("text"),
  number: make("number"),
  boolean: make("boolean"),
  json: make("json"),
  file: make("file"),
  image: make("image"),
  messages: make("messages"),
  tool: make("tool"),
  agent: make("agent"),
  any: make("any"),
  list: (item: PortType, options: PortOptions = {}): Port => ({ type: `list<${item}>`, ...options }),
  of: (type: PortType, options: PortOptions = {}): Port => ({ type, ...options }),
};

/** The item type of a list type, else undefined. */
export function listItem(type: PortType): PortType | undefined {
  return type.startsWith("list<") ? (type.slice(5, -1) as PortType) : undefined;
}

/** The type of a list of these; a list that would be nested too deep is one of `any`. */
export function listOf(type: PortType): PortType {
  return type.split("<").length > 3 ? "list<any>" : `list<${type}>`;
}

/** `checked`: the types may fit, and the value is checked (and where safe converted) when it arrives. */
export type Compatibility = "yes" | "checked" | "no";

/** Whether an output of one type may be wired to an input of another. Tools and agents only fit their own kind; they are no data. */
export function compatibility(source: PortType, target: PortType): Compatibility {
  if (source === target) return "yes";
  const wiring = (type: PortType) => type === "tool" || type === "agent";
  if (wiring(source) || wiring(target)) return "no";
  if (target === "any" || target === "json") return "yes";
  if (source === "any" || source === "json") return "checked";
  const [sourceItem, targetItem] = [listItem(source), listItem(target)];
  if (sourceItem && targetItem) return compatibility(sourceItem, targetItem);
  if (target === "text" && (source === "number" || source === "boolean")) return "yes";
  if (target === "file" && source === "image") return "yes";
  if (target === "image" && source === "file") return "checked";
  if (target === "messages" && source === "text") return "yes";
  return "no";
}
