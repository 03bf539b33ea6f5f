import { Link } from "react-router";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import type { Tool } from "#server/contract/connections.ts";
import { FoldedLine } from "../tools/folded-line.tsx";
import { toolAddress } from "../tools/tool-address.ts";
import { ToolMarks } from "../tools/tool-marks.tsx";
import { ToolSchema } from "../tools/tool-schema.tsx";
import { ToolPlayground } from "./tool-playground.tsx";
import { ToolTrust } from "./tool-trust.tsx";

/** A tool in a line; opened, what it says of itself, what we hold of it, and its playground. */
export function ToolRow({ connection, tool }: { connection: ConnectionId; tool: Tool }) {
  const title = (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <span className="font-medium font-mono text-xs">{tool.name}</span>
      <ToolMarks tool={tool} />
    </span>
  );
  return (
    <FoldedLine title={title} text={tool.description}>
      <Link to={toolAddress(connection, tool.name)} className="self-start text-accent text-xs hover:underline">
        Who may call it, how it does, and where it is used
      </Link>
      <ToolTrust connection={connection} tool={tool} />
      <ToolPlayground connection={connection} tool={tool} />
      <ToolSchema title="Takes" schema={tool.inputSchema} />
      {tool.outputSchema && <ToolSchema title="Yields" schema={tool.outputSchema} />}
    </FoldedLine>
  );
}
