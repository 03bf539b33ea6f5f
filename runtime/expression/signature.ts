/** What the checker knows of a value. `any` may be everything; a `map`'s fields are not known. */
export type ValueType = "any" | "text" | "number" | "boolean" | "null" | "map" | `list<${string}>`;

export interface Parameter {
  name: string;
  type: ValueType;
  isOptional: boolean;
  /** Takes all values that are left. */
  isRest: boolean;
}

export interface Signature {
  parameters: Parameter[];
  returns: ValueType;
}

/** Reads a signature such as `split(text: text, separator: text): list<text>`. Throws on a malformed one: they are constants. */
export function parseSignature(signature: string): Signature {
  const match = /^\w+\((.*)\): (.+)$/.exec(signature);
  if (!match) throw new Error(`Malformed signature: ${signature}`);
  const [, parameters = "", returns = ""] = match;
  return { parameters: parameters === "" ? [] : parameters.split(", ").map(parseParameter), returns: toValueType(returns) };
}

function parseParameter(source: string): Parameter {
  const match = /^(\.\.\.)?(\w+)(\?)?: (.+)$/.exec(source);
  if (!match) throw new Error(`Malformed parameter: ${source}`);
  const [, rest, name = "", optional, type = ""] = match;
  return { name, type: toValueType(type), isOptional: optional !== undefined || rest !== undefined, isRest: rest !== undefined };
}

function toValueType(text: string): ValueType {
  switch (text) {
    case "any":
    case "text":
    case "number":
    case "boolean":
    case "null":
    case "map":
      return text;
  }
  if (!/^list<.+>$/.test(text)) throw new Error(`Unknown type: ${text}`);
  return listOf(toValueType(text.slice(5, -1)));
}

export function listOf(item: ValueType): ValueType {
  return `list<${item}>`;
}

/** The type of a list's items, or undefined for what is not a list. */
export function itemOf(type: ValueType): ValueType | undefined {
  return type.startsWith("list<") ? toValueType(type.slice(5, -1)) : undefined;
}

/** Whether a value of this type could be what is wanted. */
export function mayBe(type: ValueType, wanted: ValueType): boolean {
  if (type === "any" || wanted === "any" || type === wanted) return true;
  const [item, wantedItem] = [itemOf(type), itemOf(wanted)];
  return item !== undefined && wantedItem !== undefined && mayBe(item, wantedItem);
}

const TYPE_TEXT: Record<Exclude<ValueType, `list<${string}>`>, string> = {
  any: "anything",
  text: "text",
  number: "a number",
  boolean: "true or false",
  null: "null",
  map: "a map",
};

export function typeText(type: ValueType): string {
  const item = itemOf(type);
  if (item !== undefined) return item === "any" ? "a list" : `a list of ${item}`;
  return Object.entries(TYPE_TEXT).find(([name]) => name === type)?.[1] ?? type;
}
