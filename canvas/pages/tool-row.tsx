import { ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import { Link } from "react-router";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import type { Tool } from "#server/contract/connections.ts";
import { toolAddress } from "../tools/tool-address.ts";
import { ToolMarks } from "../tools/tool-marks.tsx";
import { ToolSchema } from "../tools/tool-schema.tsx";
import { classes } from "../ui/classes.ts";
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
            <ToolMarks tool={tool} />
          </span>
          {tool.description && <span className={classes("block text-ink-muted text-xs", !isOpen && "truncate")}>{tool.description}</span>}
        </span>
      </button>
      {isOpen && (
        <div id={content} className="flex flex-col gap-4 px-4 pt-3 pb-4 pl-10.5">
          <Link to={toolAddress(connection, tool.name)} className="self-start text-accent text-xs hover:underline">
            Who may call it, how it does, and where it is used
          </Link>
          <ToolTrust connection={connection} tool={tool} />
          <ToolPlayground connection={connection} tool={tool} />
          <ToolSchema title="Takes" schema={tool.inputSchema} />
          {tool.outputSchema && <ToolSchema title="Yields" schema={tool.outputSchema} />}
        </div>
      )}
    </>
  );
}
