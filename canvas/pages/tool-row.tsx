import { ChevronRight } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import type { Tool } from "#server/contract/connections.ts";
import { Badge } from "../ui/badge.tsx";
import { classes } from "../ui/classes.ts";
import { JsonView } from "../ui/json-view.tsx";
import { ToolPlayground } from "./tool-playground.tsx";
import { ToolTrust } from "./tool-trust.tsx";

/** A tool in a line; opened, what it says of itself, what we hold of it, and its playground. */
export function ToolRow({ connection, tool }: { connection: ConnectionId; tool: Tool }) {
  const [isOpen, setOpen] = useState(false);
  const content = useId();
  return (
    <>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={content}
        onClick={() => setOpen(!isOpen)}
        className="flex w-full items-start gap-2.5 px-4 py-2.5 text-left hover:bg-hover"
      >
        <ChevronRight
          size={14}
          aria-hidden
          className={classes("mt-1 shrink-0 text-ink-faint transition-transform duration-(--quick)", isOpen && "rotate-90")}
        />
        <span className="min-w-0 flex-1">
          <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="font-medium font-mono text-xs">{tool.name}</span>
            <Marks tool={tool} />
          </span>
          {tool.description && <span className={classes("block text-ink-muted text-xs", !isOpen && "truncate")}>{tool.description}</span>}
        </span>
      </button>
      {isOpen && (
        <div id={content} className="flex flex-col gap-4 px-4 pt-3 pb-4 pl-10.5">
          <ToolTrust connection={connection} tool={tool} />
          <ToolPlayground connection={connection} tool={tool} />
          <Schema title="Takes" schema={tool.inputSchema} />
          {tool.outputSchema && <Schema title="Yields" schema={tool.outputSchema} />}
        </div>
      )}
    </>
  );
}

function Marks({ tool }: { tool: Tool }) {
  return (
    <>
      {tool.title && tool.title !== tool.name && <span className="text-ink-faint text-xs">{tool.title}</span>}
      {tool.quarantined && <Badge tone="danger">changed, needs approval</Badge>}
      {tool.readOnly && <Badge tone="accent">read-only, confirmed</Badge>}
      {!tool.readOnly && tool.hints.readOnly && (
        <Badge title="The server says so. Nodes still treat it as a write until somebody confirms it.">says it only reads</Badge>
      )}
      {tool.hints.destructive && !tool.hints.readOnly && <Badge tone="warning">may destroy</Badge>}
    </>
  );
}

function Schema({ title, schema }: { title: string; schema: unknown }): ReactNode {
  return (
    <details>
      <summary className="font-medium text-ink-muted text-xs hover:text-ink">{title} (JSON Schema)</summary>
      <div className="mt-2 max-h-96 overflow-auto rounded-md border border-line bg-sunken p-2.5">
        <JsonView value={schema} open={2} />
      </div>
    </details>
  );
}
