import { z } from "zod";
import { API_ERRORS, problemDocumentSchema } from "../contract/api-error.ts";
import type { Route } from "../contract/route.ts";

type Schema = { [key: string]: unknown };

/** OpenAPI 3.1 of all routes, made from the contract. */
export function createOpenApi(routes: readonly Route[], version: string): Schema {
  const schemas: Record<string, Schema> = {};
  const describe = (schema: z.ZodType, io: "input" | "output", name: string) => toSchema(schema, { io, name, schemas });
  schemas.Problem = describe(problemDocumentSchema, "output", "Problem");
  const paths: Record<string, Record<string, Schema>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, describe) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Heddle",
      version,
      description: "Scripts that send neither Origin nor a cookie are served on loopback; some calls need the token of the data directory.",
    },
    paths,
    components: { schemas, securitySchemes: { token: { type: "http", scheme: "bearer", description: "The token in the data directory's file `token`." } } },
    security: [{}, { token: [] }],
  };
}

type Describe = (schema: z.ZodType, io: "input" | "output", name: string) => Schema;

function operationOf(route: Route, describe: Describe): Schema {
  const parameters = [...parametersOf(route, "path", describe), ...parametersOf(route, "query", describe)];
  const isOptional = route.body?.safeParse(undefined).success === true;
  return {
    operationId: route.id,
    summary: route.summary,
    tags: [route.action.split(".")[0]],
    ...(parameters.length > 0 && { parameters }),
    ...(route.upload !== undefined && { requestBody: { required: true, content: anyFile } }),
    ...(route.body && { requestBody: { required: !isOptional, content: json(describe(route.body, "input", `${route.id}Body`)) } }),
    responses: {
      [route.status]: {
        description: route.summary,
        ...(route.isFile && { content: anyFile }),
        ...(route.status !== 204 && !route.isFile && { content: json(describe(route.answer, "output", `${route.id}Answer`)) }),
      },
      default: {
        description: `A problem document. \`code\` is one of: ${Object.keys(API_ERRORS).join(", ")}.`,
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
  };
}

function parametersOf(route: Route, place: "path" | "query", describe: Describe): Schema[] {
  const object: z.ZodObject = place === "path" ? route.params : route.query;
  return Object.entries(object.shape).map(([name, schema]) => ({
    name,
    in: place,
    required: place === "path" || !z.safeParse(schema, undefined).success,
    schema: describe(schema as z.ZodType, "input", `${route.id}_${name}`),
  }));
}

/** OpenAPI 3.1: bytes have no schema. */
const anyFile = { "*/*": {} };
const json = (schema: Schema) => ({ "application/json": { schema } });

/** JSON Schema of one place. What it defines for itself moves to the components, so that its references hold in the whole document. */
function toSchema(schema: z.ZodType, { io, name, schemas }: { io: "input" | "output"; name: string; schemas: Record<string, Schema> }): Schema {
  const { $schema: _, $defs, ...own } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Schema & { $defs?: Record<string, Schema> };
  if (!$defs) return JSON.stringify(own).includes('"$ref":"#"') ? hoistWhole(own, name, schemas) : own;
  const moved = (value: Schema) => JSON.parse(JSON.stringify(value).replaceAll('"$ref":"#/$defs/', `"$ref":"#/components/schemas/${name}.`)) as Schema;
  for (const [key, definition] of Object.entries($defs)) schemas[`${name}.${key}`] = moved(definition);
  return moved(own);
}

/** A schema that refers to its own root. */
function hoistWhole(own: Schema, name: string, schemas: Record<string, Schema>): Schema {
  schemas[name] = JSON.parse(JSON.stringify(own).replaceAll('"$ref":"#"', `"$ref":"#/components/schemas/${name}"`)) as Schema;
  return { $ref: `#/components/schemas/${name}` };
}
