import type { FunctionDocument } from "#runtime/expression/function-entry.ts";
import { forms, functions } from "#runtime/expression/functions.ts";
import { mayBe, parseSignature, type ValueType } from "#runtime/expression/signature.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { PortType } from "#runtime/node/ports.ts";
import { previewOf } from "../board/value-preview.ts";
import { isInLiteral, sectionAt } from "./expression-section.ts";
import { type ExpressionMode, type Found, findPath, type Knowledge, type KnownPort } from "./knowledge.ts";
import { memberSource, stepsOf } from "./value-path.ts";

/** Something that may stand at the caret. */
export interface Completion {
  kind: "value" | "node" | "field" | "function";
  label: string;
  /** Its type or signature. */
  detail: string;
  /** What it had in the last run. */
  preview?: string;
  /** What a function does. */
  documentation?: string;
  insert: string;
  /** Where the caret goes: so many characters before the end of `insert`. */
  back: number;
}

/** What may stand in place of the characters from `from` to `to`. */
export interface CompletionList {
  from: number;
  to: number;
  items: readonly Completion[];
}

const MAX_ITEMS = 60;
const CHAIN = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[\d+\]|\["(?:[^"\\]|\\.)*"\])*$/;
const LOOPS: ReadonlySet<string> = new Set(["map", "filter", "all", "exists", "exists_one"]);

/** What may be written at the caret of a text with expressions; undefined outside of them, and where nothing fits. */
export function completionsAt(text: string, caret: number, given: { knowledge: Knowledge; mode: ExpressionMode }): CompletionList | undefined {
  const section = sectionAt(text, caret, given.mode);
  if (!section) return undefined;
  const before = text.slice(section.from, caret);
  if (isInLiteral(before)) return undefined;
  const partial = /[A-Za-z_]\w*$/.exec(before)?.[0] ?? "";
  const rest = before.slice(0, before.length - partial.length);
  const from = caret - partial.length;
  const isMember = rest.endsWith(".") && !/(?:^|[^\w.\]])\d+\.$/.test(rest);
  const list = isMember ? membersAt(rest.slice(0, -1), { partial, from, knowledge: given.knowledge }) : { from, items: startsAt(partial, given.knowledge) };
  if (list.items.length === 0) return undefined;
  const lead = given.mode === "template" && before.trim() === partial && /\{\{$/.test(text.slice(0, list.from)) ? " " : "";
  const tail = section.isClosed ? "" : " }}";
  const items = list.items.slice(0, MAX_ITEMS).map((item) => ({ ...item, insert: lead + item.insert + tail, back: item.back + tail.length }));
  return { from: list.from, to: caret, items };
}

/** Without anything before it: all that can be read, then functions. */
function startsAt(partial: string, knowledge: Knowledge): Completion[] {
  const ports = [...knowledge.inputs.values(), ...[...knowledge.nodes.values()].flatMap((node) => [...node.ports.values()])];
  const values = ports.map(portCompletion).filter(({ label, insert }) => fits(partial, label) || fits(partial, insert));
  const callable = [...functions, ...forms].filter(({ name }) => !LOOPS.has(name));
  const known = [...values, ...callable.map((entry) => functionCompletion(entry, false)).filter(({ label }) => fits(partial, label))];
  return ranked(partial, known);
}

function portCompletion(port: KnownPort): Completion {
  return {
    kind: "value",
    label: `${port.from} › ${port.title}`,
    detail: port.type,
    ...(port.value && { preview: previewOf(port.value) }),
    insert: port.source,
    back: 0,
  };
}

interface Member {
  partial: string;
  from: number;
  knowledge: Knowledge;
}

/** Behind a dot: fields, items and the functions for that kind of value. */
function membersAt(object: string, { partial, from, knowledge }: Member): { from: number; items: Completion[] } {
  const chain = CHAIN.exec(object)?.[0];
  const steps = chain === undefined ? undefined : stepsOf(chain);
  const found = steps && findPath(knowledge, steps);
  const items = found ? foundMembers(found, knowledge) : methodsFor("any");
  const fitting = ranked(
    partial,
    items.filter(({ label }) => fits(partial, label)),
  );
  // an item or a field with a name of its own kind takes the place of the dot, too
  const isOutside = fitting.some(({ insert }) => insert.startsWith("["));
  if (!isOutside) return { from, items: fitting };
  return { from: from - 1, items: fitting.map((item) => (item.insert.startsWith("[") ? item : { ...item, insert: `.${item.insert}` })) };
}

function foundMembers(found: Found, knowledge: Knowledge): Completion[] {
  switch (found.type) {
    case "inputs":
      return [...knowledge.inputs].map(([name, port]) => namedPort(name, port));
    case "nodes":
      return [...knowledge.nodes].map(([id, { label }]) => ({ kind: "node", label, detail: id, insert: id, back: 0 }));
    case "node":
      return [...(knowledge.nodes.get(found.id)?.ports ?? [])].map(([name, port]) => namedPort(name, port));
    case "value":
      return valueMembers(found);
  }
}

function namedPort(name: string, port: KnownPort): Completion {
  return { ...portCompletion(port), label: name, insert: memberOf(name) };
}

function valueMembers({ value, port, path }: Extract<Found, { type: "value" }>): Completion[] {
  if (value === undefined) return methodsFor(path.length === 0 ? valueTypeOf(port.type) : "any");
  if (Array.isArray(value)) {
    const items = value.slice(0, 5).map((item, index): Completion => memberCompletion(index, item));
    return [...items, ...methodsFor("list<any>")];
  }
  if (typeof value === "object" && value !== null) {
    return [...Object.entries(value).map(([name, member]) => memberCompletion(name, member)), ...methodsFor("map")];
  }
  return methodsFor(kindOf(value));
}

function memberCompletion(step: string | number, value: Json): Completion {
  const insert = memberOf(step);
  return {
    kind: "field",
    label: typeof step === "number" ? `[${step}]` : step,
    detail: kindOf(value),
    preview: previewOf({ type: "inline", value }),
    insert,
    back: 0,
  };
}

/** A member without the object and the dot before it. */
function memberOf(step: string | number): string {
  const source = memberSource("", step);
  return source.startsWith(".") ? source.slice(1) : source;
}

export function kindOf(value: Json): ValueType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list<any>";
  if (typeof value === "object") return "map";
  return typeof value === "string" ? "text" : typeof value === "number" ? "number" : "boolean";
}

function valueTypeOf(type: PortType): ValueType {
  if (type === "text" || type === "number" || type === "boolean") return type;
  return type === "messages" || type.startsWith("list<") ? "list<any>" : "any";
}

function methodsFor(type: ValueType): Completion[] {
  return [...functions, ...forms]
    .filter(({ name, signature }) => name !== "has" && mayBe(type, parseSignature(signature).parameters[0]?.type ?? "any"))
    .map((entry) => functionCompletion(entry, true));
}

function functionCompletion({ name, signature, description }: FunctionDocument, isMethod: boolean): Completion {
  const { parameters } = parseSignature(signature);
  const isDone = isMethod && parameters.length <= 1;
  const inner = isMethod && LOOPS.has(name) ? "item, " : "";
  return { kind: "function", label: name, detail: signature, documentation: description, insert: `${name}(${inner})`, back: isDone ? 0 : 1 };
}

function fits(partial: string, name: string): boolean {
  return name.toLowerCase().includes(partial.toLowerCase());
}

/** What begins with the characters before what has them inside; else in its order. */
function ranked(partial: string, items: readonly Completion[]): Completion[] {
  const begins = (item: Completion) => item.label.toLowerCase().startsWith(partial.toLowerCase());
  return partial === "" ? [...items] : [...items.filter(begins), ...items.filter((item) => !begins(item))];
}
