import { Plus, Settings2, Trash2, Wrench } from "lucide-react";
import { useMemo, useState } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import type { Autonomy } from "#runtime/node/autonomy.ts";
import type { ToolOffer } from "#runtime/node/tool-offer.ts";
import { useNodeProblems, useReferences } from "../document/analysis.tsx";
import { useEditor, useGraph } from "../document/editor-context.ts";
import { announce } from "../ui/announce.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { GroupTile } from "../ui/group-tile.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Card, Section } from "../ui/section.tsx";
import { Select, type SelectOption } from "../ui/select.tsx";
import { AUTONOMY, EFFECTS } from "./agent-words.ts";
import { ToolDialog } from "./tool-dialog.tsx";
import { newTool, removedWith, toolOffersOf, toolsOf, type WiredTool } from "./tool-nodes.ts";
import { ToolPalette } from "./tool-palette.tsx";
import { changeToolPolicy } from "./tool-policy.ts";

/** The tools of an agent: what each does, and how far it may go with it. */
export function AgentTools({ agent }: { agent: GraphNode }) {
  const { edits, undo } = useEditor();
  const graph = useGraph();
  const references = useReferences();
  const [isAdding, setAdding] = useState(false);
  const [opened, setOpened] = useState<NodeId | undefined>(undefined);
  const tools = useMemo(() => toolsOf(graph, agent.id), [graph, agent.id]);
  const offers = useMemo(() => new Map(toolOffersOf(graph, agent.id, references).map((offer) => [offer.node, offer])), [graph, agent.id, references]);
  const shown = tools.find(({ node }) => node.id === opened);
  const remove = (tool: WiredTool) => {
    undo?.stopCapturing();
    edits?.remove(removedWith(graph, tool));
    undo?.stopCapturing();
    announce(`${tool.node.label} is removed.`);
  };
  const addButton = edits && (
    <Button icon={<Plus size={14} aria-hidden />} onClick={() => setAdding(true)}>
      Add a tool
    </Button>
  );
  return (
    <Section title="Tools" text="What it can use: tools of MCP servers, graphs, other agents, and steps of your own." actions={tools.length > 0 && addButton}>
      {tools.length === 0 ? (
        <Card>
          <EmptyState
            icon={<Wrench size={17} aria-hidden />}
            title="No tools yet"
            text="Without tools it can answer, and do nothing else."
            actions={addButton}
          />
        </Card>
      ) : (
        <ul aria-label="Tools" className="rounded-lg border border-line bg-surface">
          {tools.map((tool) => (
            <ToolRow key={tool.edge.id} tool={tool} offer={offers.get(tool.node.id)} onOpen={() => setOpened(tool.node.id)} onRemove={() => remove(tool)} />
          ))}
        </ul>
      )}
      {isAdding && (
        <ToolPalette
          onClose={() => setAdding(false)}
          onChoose={(definition, known) => {
            setAdding(false);
            const tool = newTool(graph, { agent, definition, references: { ...references, ...known } });
            if (!tool) return announce("This cannot be a tool of the agent.");
            undo?.stopCapturing();
            edits?.add([tool.node], [tool.edge]);
            undo?.stopCapturing();
            announce(`${tool.node.label} is added.`);
            if (definition === catalog.get(definition.type)) setOpened(tool.node.id);
          }}
        />
      )}
      {shown && <ToolDialog node={shown.node} offer={offers.get(shown.node.id)} onClose={() => setOpened(undefined)} />}
    </Section>
  );
}

const AS_AGENT = "agent";
const OPTIONS: readonly SelectOption[] = [
  { value: AS_AGENT, label: "As the agent" },
  ...Object.entries(AUTONOMY).map(([value, { label, text }]) => ({ value, label, detail: text })),
];

interface ToolRowProps {
  tool: WiredTool;
  /** What the agent is told of it; undefined while that cannot be told. */
  offer: ToolOffer | undefined;
  onOpen(): void;
  onRemove(): void;
}

function ToolRow({ tool: { node }, offer, onOpen, onRemove }: ToolRowProps) {
  const { edits } = useEditor();
  const problems = useNodeProblems(node.id);
  const definition = catalog.get(node.type);
  const [problem] = problems;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 border-line border-b px-3 py-2.5 last:border-b-0">
      <GroupTile icon={definition?.icon ?? "box"} group={definition?.group ?? "unknown"} size={28} />
      <div className="min-w-40 flex-1">
        <p className="flex min-w-0 items-center gap-2">
          <span className="truncate font-medium text-sm">{node.label}</span>
          {offer && <Badge tone={EFFECTS[offer.effect].writes ? "warning" : "neutral"}>{EFFECTS[offer.effect].label}</Badge>}
          {node.disabled === true && <Badge>off</Badge>}
        </p>
        {problem ? (
          <p className="wrap-anywhere line-clamp-2 text-danger text-xs">{problem.message}</p>
        ) : (
          <p className="line-clamp-2 text-ink-faint text-xs">{offer?.description ?? definition?.description}</p>
        )}
      </div>
      <div className="flex items-center gap-1.5">
        <div className="w-32">
          <Select
            label={`Autonomy of ${node.label}`}
            value={node.policy?.tool?.autonomy ?? AS_AGENT}
            options={OPTIONS}
            disabled={!edits}
            onChange={(value) => changeToolPolicy(edits, node, { autonomy: value === AS_AGENT ? undefined : (value as Autonomy) })}
          />
        </div>
        <IconButton label={`Set up ${node.label}`} icon={<Settings2 size={15} />} onClick={onOpen} />
        {edits && <IconButton label={`Remove ${node.label}`} icon={<Trash2 size={15} />} onClick={onRemove} />}
      </div>
    </li>
  );
}
