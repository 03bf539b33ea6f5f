import { ArrowDown, Trash2 } from "lucide-react";
import type { EdgeId } from "#runtime/graph/ids.ts";
import type { Endpoint } from "#runtime/graph/schema.ts";
import { useBoardActions } from "../board/board-actions.ts";
import { portOf, type Side } from "../board/connection-rules.ts";
import { useEdgeProblems, useReferences } from "../document/analysis.tsx";
import { useEdits, useGraphNode, useGraphPart } from "../document/editor-context.ts";
import { nodePorts } from "../document/node-ports.ts";
import { useEdgeValue } from "../runs/run-view.ts";
import { Button } from "../ui/button.tsx";
import { JsonView } from "../ui/json-view.tsx";
import { typeColour } from "../ui/type-colour.ts";

/** An edge: what it joins, what is wrong with it, what crossed it. */
export function EdgeSettings({ edge: id }: { edge: EdgeId }) {
  const edge = useGraphPart((graph) => graph.edges.find((candidate) => candidate.id === id));
  const edits = useEdits();
  const actions = useBoardActions();
  const problems = useEdgeProblems(id);
  const value = useEdgeValue(id);
  if (!edge) return null;
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-3 overflow-y-auto p-4">
      <h2 className="font-medium text-sm">Wire</h2>
      <div className="rounded-lg border border-line bg-raised">
        <End at={edge.source} side="source" />
        <ArrowDown size={14} className="mx-3 text-ink-faint" aria-hidden />
        <End at={edge.target} side="target" />
      </div>
      {problems.map(({ message }) => (
        <p key={message} role="alert" className="rounded-md bg-danger-soft px-2.5 py-2 text-xs">
          {message}
        </p>
      ))}
      {value && (
        <section aria-label="Value of the run" className="rounded-lg border border-line bg-sunken p-3">
          {value.type === "inline" ? (
            <JsonView value={value.value} />
          ) : (
            <pre className="wrap-anywhere whitespace-pre-wrap font-mono text-xs">{value.preview}…</pre>
          )}
        </section>
      )}
      {edits && (
        <Button icon={<Trash2 size={14} />} className="text-danger" onClick={actions.removeSelected}>
          Delete
        </Button>
      )}
    </div>
  );
}

function End({ at, side }: { at: Endpoint; side: Side }) {
  const node = useGraphNode(at.node);
  const references = useReferences();
  const port = node && portOf(nodePorts(node, references), { port: at.port, side })?.port;
  return (
    <div className="flex items-center gap-2 px-3 py-2">
      <span className="size-2 shrink-0 rounded-full" style={{ background: typeColour(port?.type ?? "any") }} />
      <span className="min-w-0 flex-1 truncate">
        {node?.label} <span className="text-ink-faint">› {port?.title ?? at.port}</span>
      </span>
      <span className="text-2xs text-ink-faint">{port?.type ?? "unknown"}</span>
    </div>
  );
}
