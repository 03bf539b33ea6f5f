import { z } from "zod";
import { dataSchema } from "#runtime/graph/json.ts";
import type { Tool } from "../contract/connections.ts";
import type { ToolRow } from "../store/connection-tools.ts";

const schema = z.record(z.string(), dataSchema);
const hint = z.boolean().optional();

/** What is stored of a tool's description; members of later versions are passed over. */
const storedToolSchema = z.object({
  name: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  inputSchema: schema,
  outputSchema: schema.optional(),
  annotations: z.object({ readOnlyHint: hint, destructiveHint: hint, idempotentHint: hint }).optional(),
});

/** A tool as the API tells it. */
export function toTool(row: ToolRow): Tool {
  const { annotations = {}, ...described } = storedToolSchema.parse(row.description);
  const before = row.quarantined ? storedToolSchema.safeParse(row.approvedDescription).data : undefined;
  const hints = { readOnly: annotations.readOnlyHint, destructive: annotations.destructiveHint, idempotent: annotations.idempotentHint };
  return {
    ...described,
    hash: row.hash,
    hints: Object.fromEntries(Object.entries(hints).filter(([, value]) => value !== undefined)),
    readOnly: row.readOnlyHash === row.hash,
    quarantined: row.quarantined,
    ...(before && { approved: approvedOf(before) }),
  };
}

function approvedOf({ name: _name, annotations: _annotations, ...described }: z.infer<typeof storedToolSchema>): NonNullable<Tool["approved"]> {
  return described;
}

export function matches(tool: Tool, search: string): boolean {
  const wanted = search.toLowerCase();
  return [tool.name, tool.title, tool.description].some((text) => text?.toLowerCase().includes(wanted));
}
