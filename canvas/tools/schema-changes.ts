import { canonicalJson } from "#runtime/graph/canonical-json.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { JsonSchema } from "#runtime/node/define.ts";

/** What a property of a schema became. */
export type SchemaChange =
  | { type: "added" | "removed"; path: string; schema: Json; isRequired: boolean }
  | { type: "changed"; path: string; members: { name: string; before: Json | undefined; after: Json | undefined }[] };

/** How two schemas of an object differ, property by property; those of properties that are objects, or lists of them, too. */
export function schemaChanges(before: JsonSchema, after: JsonSchema, at = ""): SchemaChange[] {
  const [left, right] = [propertiesOf(before), propertiesOf(after)];
  const [neededBefore, neededAfter] = [requiredOf(before), requiredOf(after)];
  const own = [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((name): SchemaChange[] => {
    const path = at === "" ? name : `${at}.${name}`;
    const [was, is] = [left[name], right[name]];
    if (was === undefined) return [{ type: "added", path, schema: is ?? {}, isRequired: neededAfter.has(name) }];
    if (is === undefined) return [{ type: "removed", path, schema: was, isRequired: neededBefore.has(name) }];
    const earlier = { schema: objectOf(was), isRequired: neededBefore.has(name) };
    return propertyChanges(path, earlier, { schema: objectOf(is), isRequired: neededAfter.has(name) });
  });
  const rest = memberChanges(withoutProperties(before), withoutProperties(after));
  return rest.length > 0 ? [{ type: "changed", path: at, members: rest }, ...own] : own;
}

interface Property {
  schema: JsonSchema;
  isRequired: boolean;
}

function propertyChanges(path: string, { schema: before, isRequired: wasRequired }: Property, { schema: after, isRequired }: Property): SchemaChange[] {
  const isNested = hasProperties(before) && hasProperties(after);
  const isList = hasProperties(objectOf(before.items)) && hasProperties(objectOf(after.items));
  const shallow = (schema: JsonSchema) => {
    const { items, ...others } = isNested ? withoutProperties(schema) : schema;
    return isList || items === undefined ? others : { ...others, items };
  };
  const members = memberChanges(shallow(before), shallow(after));
  if (wasRequired !== isRequired) members.unshift({ name: "required", before: wasRequired, after: isRequired });
  // what an object says beside its properties is told here, and not a second time by the walk into it
  const inner = isNested ? schemaChanges(onlyProperties(before), onlyProperties(after), path) : [];
  const listed = isList ? schemaChanges(objectOf(before.items), objectOf(after.items), `${path}[]`) : [];
  return [...(members.length > 0 ? [{ type: "changed" as const, path, members }] : []), ...inner, ...listed];
}

function memberChanges(before: JsonSchema, after: JsonSchema) {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => canonicalJson(before[name] ?? null) !== canonicalJson(after[name] ?? null))
    .map((name) => ({ name, before: before[name], after: after[name] }));
}

function withoutProperties({ properties: _properties, required: _required, ...rest }: JsonSchema): JsonSchema {
  return rest;
}

function onlyProperties({ properties = {}, required = [] }: JsonSchema): JsonSchema {
  return { properties, required };
}

function hasProperties(schema: JsonSchema): boolean {
  return Object.keys(propertiesOf(schema)).length > 0;
}

function propertiesOf(schema: JsonSchema): JsonSchema {
  return objectOf(schema.properties);
}

function requiredOf({ required }: JsonSchema): ReadonlySet<unknown> {
  return new Set(Array.isArray(required) ? required : []);
}

function objectOf(value: Json | undefined): JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}
