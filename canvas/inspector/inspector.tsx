import { Copy, Ellipsis, Power, PowerOff, Trash2, Workflow, X } from "lucide-react";
import { type KeyboardEvent, lazy, Suspense } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import { useEditorView } from "../app/editor-view.ts";
import { useBoardActions } from "../board/board-actions.ts";
import { useBoard, useBoardStore } from "../board/board-store.ts";
import { isTyping } from "../board/is-typing.ts";
import { runNamed } from "../commands/run-command.ts";
import { useNodeProblems } from "../document/analysis.tsx";
import { useEdits, useGraphNode } from "../document/editor-context.ts";
import { shownNodeState, useNodeRun, useRunPart } from "../runs/run-view.ts";
import { calledState, useCalled } from "../runs/use-called.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { GroupTile } from "../ui/group-tile.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Menu } from "../ui/menu.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { StatusIcon } from "../ui/status.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { EdgeSettings } from "./edge-settings.tsx";
import { NodeSettings } from "./node-settings.tsx";
import { useWriteCommand } from "./use-write-command.ts";

const NodeRunPanel = lazy(async () => ({ default: (await import("../runs/node-run-panel.tsx")).NodeRunPanel }));

/** What is selected, and how it can be changed. Nothing selected, nothing shown. */
export function Inspector() {
  const nodes = useBoard((state) => state.selectedNodes);
  const edges = useBoard((state) => state.selectedEdges);
  const node = useGraphNode(nodes[0]);
  const [edge] = edges;
  useWriteCommand();
  const content =
    nodes.length === 1 && node ? (
      <NodeInspector key={node.id} node={node} />
    ) : nodes.length > 1 ? (
      <ManyInspector count={nodes.length} />
    ) : edges.length === 1 && edge ? (
      <EdgeSettings edge={edge} />
    ) : undefined;
  if (!content) return null;
  return (
    <aside aria-label="Inspector" onKeyDown={leaveField} className="flex w-84 shrink-0 flex-col border-line border-l bg-surface max-xl:w-76">
      {content}
    </aside>
  );
}

/** Escape in a field gives the keys back to the board, to the node that is changed. */
function leaveField(event: KeyboardEvent<HTMLElement>): void {
  const { target, currentTarget, key } = event;
  if (key !== "Escape" || event.defaultPrevented || event.nativeEvent.isComposing || !(target instanceof HTMLElement)) return;
  // a window that was opened from a field is not within
  if (!currentTarget.contains(target) || !isTyping(target) || target.closest("[data-keeps-escape]")) return;
  event.preventDefault();
  const card = document.querySelector<HTMLElement>(".react-flow__node.selected, .react-flow__edge.selected");
  if (card) card.focus({ preventScroll: true });
  else target.blur();
}

function NodeInspector({ node }: { node: GraphNode }) {
  const edits = useEdits();
  const run = useNodeRun(node.id);
  const called = useCalled(node.id);
  const isLive = useRunPart((view) => view?.live === true);
  const problems = useNodeProblems(node.id);
  const { tab, setTab } = useEditorView();
  const definition = catalog.get(node.type);
  const canRun = definition?.role !== "annotation";
  const shownState = called ? calledState(called) : run && shownNodeState(run, isLive);
  const tabs = [
    { id: "settings", label: <>Settings {problems.length > 0 && <Badge tone="danger">{problems.length}</Badge>}</>, content: <NodeSettings node={node} /> },
    { id: "run", label: <>Run {shownState !== undefined && <StatusIcon state={shownState} size={13} />}</>, content: <RunTab node={node} /> },
  ];
  return (
    <>
      <header className="flex items-center gap-2.5 px-4 pt-3 pb-2">
        <GroupTile icon={definition?.icon ?? "box"} group={definition?.group ?? "unknown"} size={32} />
        <div className="min-w-0 flex-1">
          <input
            aria-label="Name of the node"
            value={node.label}
            readOnly={!edits}
            maxLength={200}
            spellCheck={false}
            onChange={(event) => edits?.relabel(node.id, event.target.value)}
            className="-mx-1.5 w-full truncate rounded-sm border border-transparent bg-transparent px-1.5 font-medium text-sm hover:border-line focus:border-accent focus:outline-none"
          />
          <p className="truncate text-ink-faint text-xs">{definition?.title ?? node.type}</p>
        </div>
        <NodeMenu node={node} />
      </header>
      {canRun ? <Tabs label="Node" tabs={tabs} value={tab} onChange={setTab} /> : <div className="min-h-0 flex-1 overflow-y-auto">{tabs[0]?.content}</div>}
    </>
  );
}

function RunTab({ node }: { node: GraphNode }) {
  return (
    <Suspense fallback={<Spinner className="m-6" label="Loading" />}>
      <NodeRunPanel nodeId={node.id} />
    </Suspense>
  );
}

function NodeMenu({ node }: { node: GraphNode }) {
  const edits = useEdits();
  const store = useBoardStore();
  const actions = useBoardActions();
  const close = <IconButton label="Close" icon={<X size={15} />} size="small" onClick={() => store.getState().select({})} />;
  if (!edits) return close;
  return (
    <div className="flex">
      <Menu
        trigger={<IconButton label="Node actions" icon={<Ellipsis size={15} />} size="small" />}
        items={[
          { type: "action", label: "Duplicate", icon: <Copy size={14} />, keys: "Ctrl+D", onSelect: actions.duplicate },
          {
            type: "action",
            label: node.disabled ? "Enable" : "Disable",
            icon: node.disabled ? <Power size={14} /> : <PowerOff size={14} />,
            keys: "D",
            onSelect: () => edits.setDisabled([node.id], !node.disabled),
          },
          { type: "separator", id: "delete" },
          { type: "action", label: "Delete", icon: <Trash2 size={14} />, keys: "Delete", danger: true, onSelect: actions.removeSelected },
        ]}
      />
      {close}
    </div>
  );
}

function ManyInspector({ count }: { count: number }) {
  const actions = useBoardActions();
  const edits = useEdits();
  return (
    <div className="flex flex-col gap-3 p-4">
      <h2 className="font-medium text-sm">{count} nodes selected</h2>
      {edits && (
        <>
          <Button icon={<Copy size={14} />} onClick={actions.duplicate}>
            Duplicate
          </Button>
          <Button icon={<Workflow size={14} />} onClick={() => runNamed("make-sub-graph")}>
            Turn into a sub-graph…
          </Button>
          <Button icon={<PowerOff size={14} />} onClick={() => actions.setDisabled(true)}>
            Disable
          </Button>
          <Button icon={<Power size={14} />} onClick={() => actions.setDisabled(false)}>
            Enable
          </Button>
          <Button icon={<Trash2 size={14} />} className="text-danger" onClick={actions.removeSelected}>
            Delete
          </Button>
        </>
      )}
    </div>
  );
}
