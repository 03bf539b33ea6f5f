import { z } from "zod";
import type { Json } from "#runtime/graph/json.ts";
import { connectionField, hint } from "#runtime/node/fields.ts";

export const mcpResourceConfig = z.strictObject({
  connection: connectionField("mcp", { title: "Server" }).optional(),
  uri: hint(
    z.string().max(8_000).default(""),
    { expression: true, placeholder: "file:///notes/{name}.md", offered: { what: "resources", by: "connection" } },
    { title: "Address", description: "The URI of the resource, or a template with variables in braces: each is an input." },
  ),
  variables: hint(
    z
      .record(
        z.string(),
        z.custom<Json>((value) => value !== undefined),
      )
      .default({}),
    { expression: true, language: "json" },
    { title: "Variables", description: "Values of variables. What is wired to an input of the same name comes first." },
  ),
});
