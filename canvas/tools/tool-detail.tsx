import { useState } from "react";
import { Link } from "react-router";
import type { FoundTool } from "#server/contract/tools.ts";
import { ToolPlayground } from "../pages/tool-playground.tsx";
import { ToolTrust } from "../pages/tool-trust.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { ToolFigures } from "./tool-figures.tsx";
import { ToolMarks } from "./tool-marks.tsx";
import { ToolRules } from "./tool-rules.tsx";
import { ToolSchema } from "./tool-schema.tsx";
import { ToolUses } from "./tool-uses.tsx";

const PART = "flex flex-col gap-4 p-4";

/** All that is known of one tool, and a place to try it. */
export function ToolDetail({ found: { connection, tool, rule } }: { found: FoundTool }) {
  const [tab, setTab] = useState(tool.quarantined ? "trust" : "try");
  const { id } = connection;
  const tabs = [
    {
      id: "try",
      label: "Try",
      content: (
        <div className={PART}>
          <ToolPlayground connection={id} tool={tool} />
        </div>
      ),
    },
    {
      id: "trust",
      label: tool.quarantined ? "Changed" : "Trust",
      content: (
        <div className={PART}>
          <ToolTrust connection={id} tool={tool} />
        </div>
      ),
    },
    {
      id: "rules",
      label: "Rules",
      content: (
        <div className={PART}>
          <ToolRules connection={id} tool={tool.name} />
        </div>
      ),
    },
    {
      id: "use",
      label: "Use",
      content: (
        <div className={PART}>
          <ToolFigures connection={id} tool={tool.name} />
          <section aria-label="Graphs and agents" className="flex flex-col gap-1.5">
            <h3 className="font-medium text-sm">Graphs and agents</h3>
            <ToolUses connection={id} tool={tool.name} />
          </section>
        </div>
      ),
    },
    {
      id: "schema",
      label: "Takes and yields",
      content: (
        <div className={PART}>
          <ToolSchema title="Takes" schema={tool.inputSchema} isOpen />
          {tool.outputSchema ? (
            <ToolSchema title="Yields" schema={tool.outputSchema} isOpen />
          ) : (
            <p className="text-ink-muted text-xs">What it yields it does not say.</p>
          )}
        </div>
      ),
    },
  ];
  return (
    <article aria-label={tool.name} className="flex min-w-0 flex-col rounded-lg border border-line bg-surface">
      <header className="flex flex-col gap-1 px-4 pt-3 pb-2">
        <div className="flex flex-wrap items-center gap-2">
          <h2 className="wrap-anywhere font-medium font-mono text-base">{tool.name}</h2>
          <ToolMarks tool={tool} rule={rule} />
        </div>
        <Link to={`/connections?id=${id}`} className="self-start text-ink-faint text-xs hover:text-accent">
          {connection.name}
        </Link>
        {tool.description && <p className="wrap-anywhere whitespace-pre-wrap text-ink-muted text-sm">{tool.description}</p>}
      </header>
      <Tabs label={`Parts of ${tool.name}`} tabs={tabs} value={tab} onChange={setTab} />
    </article>
  );
}
