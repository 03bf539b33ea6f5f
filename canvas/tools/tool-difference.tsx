import type { Json } from "#runtime/graph/json.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import type { Tool } from "#server/contract/connections.ts";
import { FieldDifference } from "../revisions/field-difference.tsx";
import { MarkIcon } from "../revisions/mark-icon.tsx";
import { Badge } from "../ui/badge.tsx";
import { type SchemaChange, schemaChanges } from "./schema-changes.ts";

/** What a tool says of itself now against what was approved. */
export function ToolDifference({ tool, approved }: { tool: Tool; approved: NonNullable<Tool["approved"]> }) {
  return (
    <div className="flex flex-col gap-3">
      <TextChange name="title" before={approved.title} after={tool.title} />
      <TextChange name="description" before={approved.description} after={tool.description} />
      <Schema title="What it takes" before={approved.inputSchema} after={tool.inputSchema} />
      <Schema title="What it yields" before={approved.outputSchema} after={tool.outputSchema} />
    </div>
  );
}

function TextChange({ name, before = "", after = "" }: { name: string; before: string | undefined; after: string | undefined }) {
  if (before === after) return null;
  return <FieldDifference change={{ type: "text", path: ["config", name], before, after }} />;
}

function Schema({ title, before, after }: { title: string; before: JsonSchema | undefined; after: JsonSchema | undefined }) {
  const changes = schemaChanges(before ?? {}, after ?? {});
  if (changes.length === 0) return null;
  return (
    <section aria-label={title} className="flex flex-col gap-1.5">
      <h4 className="font-medium text-ink-muted text-xs">{title}</h4>
      <ul className="flex flex-col gap-1.5">
        {changes.map((change) => (
          <li key={`${change.type} ${change.path}`} className="flex items-start gap-2 rounded-md border border-line bg-surface px-2.5 py-2">
            <MarkIcon kind={change.type} />
            <div className="flex min-w-0 flex-1 flex-col gap-1.5">
              <p className="flex flex-wrap items-center gap-2 text-xs">
                <code className="font-medium">{change.path === "" ? "As a whole" : change.path}</code>
                <span className="text-ink-faint">{change.type}</span>
                {change.type !== "changed" && <Badge>{typeName(change.schema)}</Badge>}
                {change.type !== "changed" && change.isRequired && <Badge tone="warning">required</Badge>}
              </p>
              <What change={change} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function What({ change }: { change: SchemaChange }) {
  if (change.type === "changed")
    return change.members.map(({ name, before, after }) => <FieldDifference key={name} change={fieldChange(name, before, after)} />);
  const description = memberOf(change.schema, "description");
  return typeof description === "string" ? <p className="wrap-anywhere text-ink-muted text-xs">{description}</p> : null;
}

function fieldChange(name: string, before: Json | undefined, after: Json | undefined) {
  const path = ["config", name];
  if (typeof before === "string" && typeof after === "string") return { type: "text" as const, path, before, after };
  return { type: "value" as const, path, before, after };
}

function typeName(schema: Json): string {
  const type = memberOf(schema, "type");
  return typeof type === "string" ? type : Array.isArray(type) ? type.join(" or ") : "any";
}

function memberOf(schema: Json, name: string): Json | undefined {
  return typeof schema === "object" && schema !== null && !Array.isArray(schema) ? schema[name] : undefined;
}
