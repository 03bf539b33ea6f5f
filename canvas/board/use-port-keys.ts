import { useReactFlow } from "@xyflow/react";
import { type FocusEvent, type KeyboardEvent, useMemo } from "react";
import { toast } from "sonner";
import { type EdgeId, edgeIdSchema, type NodeId, nodeIdSchema } from "#runtime/graph/ids.ts";
import { nodesById, useEditor } from "../document/editor-context.ts";
import { announce } from "../ui/announce.ts";
import type { BoardActions } from "./board-actions.ts";
import { type BoardEdge, type BoardNode, type LooseWire, useBoardStore } from "./board-store.ts";
import { reachOf, typeWord } from "./connection-rules.ts";
import { drawnBoxes } from "./drawn-boxes.ts";
import { focusWhenDrawn } from "./focus-when-drawn.ts";
import { nearestFirst } from "./nearest-first.ts";
import { endsOf, type WireTarget } from "./wiring-actions.ts";

interface Wiring {
  from: LooseWire;
  targets: readonly WireTarget[];
  at: number;
}

export interface PortKeys {
  onKeyDown(event: KeyboardEvent): void;
  onBlur(event: FocusEvent): void;
  /** Begins a wire at a node's first output, or its first input. */
  startAt(node: NodeId): void;
}

/**
 * Wiring without a pointer: Enter on a port begins, Tab and the arrows go through the ports it may end at, Enter wires, Escape gives up. Enter
 * on a node or a wire selects it.
 */
export function usePortKeys(actions: BoardActions): PortKeys {
  const { edits, graph } = useEditor();
  const store = useBoardStore();
  const flow = useReactFlow<BoardNode, BoardEdge>();
  return useMemo(() => {
    let wiring: Wiring | undefined;
    const focusPort = (target: WireTarget) => {
      const box = drawnBoxes(store, graph.current()).get(target.node);
      focusWhenDrawn(handleOf(target), () => box && flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom: Math.max(flow.getZoom(), 0.5) }));
    };
    const tell = ({ node, port }: WireTarget, rest = "") => announce(`${nodesById(graph.current()).get(node)?.label ?? "Node"}, ${port}. ${rest}`);
    const stop = (told?: string) => {
      wiring = undefined;
      store.getState().setConnecting(undefined);
      if (told) announce(told);
    };
    const start = (at: WireTarget) => {
      const from = actions.wireFrom(at);
      if (!edits || !from) return;
      const targets = nearestFirst(drawnBoxes(store, graph.current()), from.node, actions.targetsOf(from));
      const [first] = targets;
      if (!first) {
        toast.error(`Nothing on the board ${from.side === "source" ? "takes" : "gives"} ${typeWord(from.type)}. Press N to add a node.`);
        return;
      }
      wiring = { from, targets, at: 0 };
      store.getState().setConnecting({ from, reach: reachOf(graph.current(), from) });
      tell(first, `${targets.length} ${targets.length === 1 ? "port fits" : "ports fit"}. Tab goes on, Enter wires, Escape gives up.`);
      focusPort(first);
    };
    const step = (current: Wiring, by: number) => {
      const at = (current.at + by + current.targets.length) % current.targets.length;
      const target = current.targets[at];
      if (!target) return;
      wiring = { ...current, at };
      tell(target);
      focusPort(target);
    };
    const onWiringKey = (event: KeyboardEvent, current: Wiring) => {
      const by = event.key === "Tab" ? (event.shiftKey ? -1 : 1) : STEPS[event.key];
      const target = current.targets[current.at];
      if (by !== undefined) step(current, by);
      else if (isPress(event) && target) {
        stop();
        actions.connect(endsOf(current.from, target));
      } else if (event.key === "Escape") {
        const { from } = current;
        stop("No wire was made.");
        focusPort(from);
      } else return;
      event.preventDefault();
      event.stopPropagation();
    };
    const onPortKey = (event: KeyboardEvent, at: WireTarget) => {
      const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : undefined;
      if (isPress(event)) start(at);
      else if (by !== undefined) focusBeside(event.target, by);
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    return {
      onKeyDown: (event) => {
        if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof Element)) return;
        const port = portAt(event.target);
        if (wiring && port) onWiringKey(event, wiring);
        else if (port) onPortKey(event, port);
        else if (isPress(event) && !event.shiftKey && !isAlone(event, store.getState().selectedNodes) && selectsItself(event.target, store.getState().select))
          event.preventDefault();
      },
      onBlur: ({ relatedTarget }) => {
        if (wiring && relatedTarget instanceof Element && !portAt(relatedTarget)) stop("No wire was made.");
      },
      startAt: (node) => {
        const card = document.querySelector(`.react-flow__node[data-id="${node}"]`);
        const port = portAt(card?.querySelector(".port-handle.source") ?? card?.querySelector(".port-handle") ?? undefined);
        if (port) start(port);
        else toast.error("This node has no ports. Come nearer first.");
      },
    };
  }, [actions, edits, graph, store, flow]);
}

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

function isPress({ key }: KeyboardEvent): boolean {
  return key === "Enter" || key === " ";
}

function handleOf({ node, port, side }: WireTarget): string {
  return `.port-handle.${side}[data-nodeid="${node}"][data-handleid="${port}"]`;
}

function portAt(element: Element | undefined): WireTarget | undefined {
  const handle = element?.closest(".port-handle");
  const node = nodeIdSchema.safeParse(handle?.getAttribute("data-nodeid"));
  const port = handle?.getAttribute("data-handleid");
  return node.success && port ? { node: node.data, port, side: handle?.classList.contains("source") ? "source" : "target" } : undefined;
}

/** The next or previous port of the same node. */
function focusBeside(port: EventTarget, by: number): void {
  if (!(port instanceof Element)) return;
  const ports: Element[] = [...(port.closest(".react-flow__node")?.querySelectorAll(".port-handle") ?? [])];
  const next = ports[(ports.indexOf(port) + by + ports.length) % ports.length];
  if (next instanceof HTMLElement) next.focus();
}

/** Whether Enter was pressed on the only node that is selected: a command opens it. */
function isAlone({ key, target }: KeyboardEvent, selected: readonly NodeId[]): boolean {
  return key === "Enter" && selected.length === 1 && target instanceof Element && target.matches(`.react-flow__node[data-id="${selected[0]}"]`);
}

/** Whether a key was pressed on a node or a wire itself, which is selected then. */
function selectsItself(target: Element, select: (ids: { nodes?: readonly NodeId[]; edges?: readonly EdgeId[] }) => void): boolean {
  const id = target.getAttribute("data-id");
  const node = target.classList.contains("react-flow__node") ? nodeIdSchema.safeParse(id) : undefined;
  const edge = target.classList.contains("react-flow__edge") ? edgeIdSchema.safeParse(id) : undefined;
  if (node?.success) select({ nodes: [node.data] });
  else if (edge?.success) select({ edges: [edge.data] });
  else return false;
  return true;
}
