import { ChevronRight } from "lucide-react";
import type { Json } from "#runtime/graph/json.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import { JsonView } from "../ui/json-view.tsx";
import { ScrollBox } from "../ui/scroll-box.tsx";

/** The arguments of a tool: name, kind, whether they are needed, what they are for; and the schema itself for who wants it whole. */
export function ToolSchema({ schema }: { schema: JsonSchema }) {
  const properties = Object.entries(objectOf(schema.properties));
  const required = Array.isArray(schema.required) ? schema.required : [];
  return (
    <details className="group text-xs">
      <summary className="flex list-none items-center gap-1 rounded-sm text-ink-muted hover:text-ink">
        <ChevronRight size={12} aria-hidden className="transition-transform duration-(--quick) group-open:rotate-90" />
        {properties.length === 0 ? "Takes no arguments" : `Takes ${properties.length === 1 ? "1 argument" : `${properties.length} arguments`}`}
      </summary>
      <div className="flex flex-col gap-2 pt-1.5">
        {properties.length > 0 && (
          <ul aria-label="Arguments" className="flex flex-col gap-1">
            {properties.map(([name, property]) => {
              const own = objectOf(property);
              return (
                <li key={name} className="wrap-anywhere">
                  <code className="font-medium">{name}</code> <span className="text-ink-faint">{kindOf(own)}</span>
                  {required.includes(name) && <span className="text-ink-faint">, required</span>}
                  {typeof own.description === "string" && <span className="text-ink-muted">: {own.description}</span>}
                </li>
              );
            })}
          </ul>
        )}
        <ScrollBox label="JSON Schema" className="max-h-48 overflow-auto rounded-md border border-line bg-sunken p-2">
          <JsonView value={schema} open={1} />
        </ScrollBox>
      </div>
    </details>
  );
}

function kindOf({ type, enum: choices }: JsonSchema): string {
  if (Array.isArray(choices)) return "one of a few";
  return typeof type === "string" ? type : Array.isArray(type) ? type.join(" or ") : "anything";
}

function objectOf(value: Json | undefined): JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}
