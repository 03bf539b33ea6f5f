import type { Json } from "#runtime/graph/json.ts";

type Schema = Record<string, Json>;

const DEEPEST = 6;

/** A value that fits a JSON Schema as a person might have entered it; texts are taken from `hint`. */
export function exampleOf(schema: Json, hint: string): Json {
  return make(schema, { hint, name: "", root: isObject(schema) ? schema : {}, depth: 0 });
}

interface Place {
  hint: string;
  /** Of the property. */
  name: string;
  root: Schema;
  depth: number;
}

function make(given: Json, place: Place): Json {
  const schema = resolve(given, place.root);
  for (const key of ["const", "default"] as const) if (schema[key] !== undefined) return schema[key];
  for (const key of ["enum", "examples"] as const) {
    const [first] = listOf(schema[key]);
    if (first !== undefined) return first;
  }
  const [branch] = [...listOf(schema.anyOf), ...listOf(schema.oneOf), ...listOf(schema.allOf)];
  if (branch !== undefined && schema.type === undefined) return make(branch, place);
  const [type] = Array.isArray(schema.type) ? schema.type : [schema.type ?? (schema.properties ? "object" : "string")];
  switch (type) {
    case "object":
      return makeObject(schema, place);
    case "array":
      return place.depth >= DEEPEST ? [] : Array.from({ length: countOf(schema.minItems, 1) }, () => make(schema.items ?? {}, deeper(place, place.name)));
    case "integer":
    case "number":
      return numberOf(schema);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return makeText(schema, place);
  }
}

/** What has to be there; everything where nothing has to be. */
function makeObject({ properties, required }: Schema, place: Place): Json {
  if (!isObject(properties) || place.depth >= DEEPEST) return {};
  const needed = listOf(required).filter((name): name is string => typeof name === "string" && name in properties);
  const names = needed.length > 0 ? needed : Object.keys(properties).slice(0, 8);
  return Object.fromEntries(names.map((name) => [name, make(properties[name] ?? {}, deeper(place, name))]));
}

const WHERE = [
  { names: /path|file/i, inText: /[\w./-]+\.[a-z][a-z0-9]{0,4}\b/i, otherwise: "notes.md" },
  { names: /url|uri|link/i, inText: /https?:\/\/\S+/i, otherwise: "https://example.com/" },
  { names: /mail/i, inText: /[\w.+-]+@[\w-]+\.[\w.]+/, otherwise: "someone@example.com" },
];
const FORMATS: Record<string, string> = {
  date: "2026-01-01",
  "date-time": "2026-01-01T09:00:00Z",
  time: "09:00:00Z",
  email: "someone@example.com",
  uri: "https://example.com/",
};

function makeText({ format, minLength, maxLength }: Schema, { hint, name }: Place): string {
  const place = WHERE.find(({ names }) => names.test(name));
  const usual = typeof format === "string" ? FORMATS[format] : undefined;
  const text = place ? (place.inText.exec(hint)?.[0] ?? place.otherwise) : (usual ?? (hint === "" ? "example" : hint));
  return text.padEnd(countOf(minLength, 0), ".").slice(0, countOf(maxLength, 2_000));
}

function numberOf({ minimum, maximum, exclusiveMinimum }: Schema): number {
  if (typeof minimum === "number") return minimum;
  if (typeof exclusiveMinimum === "number") return exclusiveMinimum + 1;
  return typeof maximum === "number" ? Math.min(1, maximum) : 1;
}

function resolve(given: Json, root: Schema): Schema {
  if (!isObject(given)) return {};
  const { $ref: reference } = given;
  if (typeof reference !== "string" || !reference.startsWith("#/")) return given;
  let found: Json | undefined = root;
  for (const step of reference.slice(2).split("/")) found = isObject(found) ? found[step] : undefined;
  return isObject(found) && found.$ref === undefined ? found : {};
}

const deeper = (place: Place, name: string): Place => ({ ...place, name, depth: place.depth + 1 });
const isObject = (value: Json | undefined): value is Schema => typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
const countOf = (value: Json | undefined, otherwise: number) => (typeof value === "number" ? value : otherwise);
