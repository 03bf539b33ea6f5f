import { useReactFlow } from "@xyflow/react";
import { CircleAlert, FileUp, TriangleAlert } from "lucide-react";
import { type DragEvent, useMemo, useRef, useState } from "react";
import { toast } from "sonner";
import { catalog } from "#nodes/catalog.data.ts";
import { GRAPH_LIMITS, type Graph } from "#runtime/graph/schema.ts";
import { useBoardActions } from "../board/board-actions.ts";
import { boardCentre } from "../board/board-centre.ts";
import { useBoardStore } from "../board/board-store.ts";
import { whyNotTake } from "../board/has-room.ts";
import { useGraph } from "../document/editor-context.ts";
import { Button } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { GroupTile } from "../ui/group-tile.tsx";
import { TextArea } from "../ui/input.tsx";
import { freeCorner } from "./free-corner.ts";
import { type GraphText, readGraphText } from "./read-graph-text.ts";

const DRAWN_MS = 100;

/** Puts a graph, or a part of one, from text or from a file on the board; shows beforehand what would come. */
export function ImportDialog({ onClose }: { onClose(): void }) {
  const [text, setText] = useState("");
  const [isOver, setOver] = useState(false);
  const read = useMemo(() => (text.trim() === "" ? undefined : readGraphText(text)), [text]);
  const graph = useGraph();
  const actions = useBoardActions();
  const store = useBoardStore();
  const flow = useReactFlow();
  const file = useRef<HTMLInputElement | null>(null);
  const tooMuch = useMemo(() => (read?.ok ? whyNotTake(graph, read.graph) : undefined), [graph, read]);
  const take = (chosen: File | undefined) => {
    if (!chosen) return;
    if (chosen.size > GRAPH_LIMITS.documentBytes) toast.error("The file is larger than a graph can be (10 MiB).");
    else chosen.text().then(setText, () => toast.error("The file could not be read."));
  };
  const add = () => {
    const at = freeCorner(store) ?? boardCentre(flow.screenToFlowPosition);
    if (!read?.ok || !actions.paste(JSON.stringify(read.graph), at)) return;
    onClose();
    // once they are drawn
    setTimeout(() => void flow.fitView({ nodes: store.getState().selectedNodes.map((id) => ({ id })), duration: 250, padding: 0.2, maxZoom: 1 }), DRAWN_MS);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="Import a graph"
      description="Paste the JSON of a graph or of a part of one, or take it from a file. It is added to this graph; Undo takes it back."
      actions={
        <>
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button look="primary" disabled={!read?.ok || tooMuch !== undefined} onClick={add}>
            {read?.ok ? `Add ${read.graph.nodes.length} ${read.graph.nodes.length === 1 ? "node" : "nodes"}` : "Add"}
          </Button>
        </>
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button beside it takes a file without a pointer */}
      <div
        className={classes("flex flex-col gap-4 rounded-lg", isOver && "outline-2 outline-accent outline-offset-4")}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <Field
          label="Text"
          htmlFor="import-text"
          aside={
            <Button size="small" icon={<FileUp size={13} aria-hidden />} onClick={() => file.current?.click()}>
              Take a file
            </Button>
          }
        >
          <TextArea
            id="import-text"
            mono
            value={text}
            invalid={read?.ok === false}
            onChange={(event) => setText(event.target.value)}
            placeholder={'{ "format": "heddle.graph/1", "nodes": [ … ], "edges": [ … ] }'}
            className="field-sizing-fixed! h-44"
          />
        </Field>
        <input
          ref={file}
          type="file"
          accept=".json,application/json,text/plain"
          aria-label="A file with a graph"
          className="hidden"
          onChange={(event) => take(event.target.files?.[0])}
        />
        {read && <Preview read={read} />}
        {tooMuch !== undefined && (
          <Line tone="danger" text={`${tooMuch} This graph has ${graph.nodes.length} nodes and ${graph.edges.length} wires already.`} />
        )}
      </div>
    </Dialog>
  );
}

function Preview({ read }: { read: GraphText }) {
  if (!read.ok) return <Line tone="danger" text={read.message} />;
  const { graph, oddities } = read;
  return (
    <section aria-label="What would come" className="flex flex-col gap-2">
      <h3 className="font-medium text-sm">
        {graph.name}{" "}
        <span className="font-normal text-ink-faint text-xs">
          {graph.nodes.length} {graph.nodes.length === 1 ? "node" : "nodes"}, {graph.edges.length} {graph.edges.length === 1 ? "wire" : "wires"}
        </span>
      </h3>
      {oddities.map((oddity) => (
        <Line key={oddity} tone="warning" text={oddity} />
      ))}
      <ul className="grid grid-cols-2 gap-x-4 gap-y-1 max-md:grid-cols-1">
        {typesIn(graph).map(({ type, count, labels }) => {
          const definition = catalog.get(type);
          return (
            <li key={type} className="flex min-w-0 items-center gap-2 text-sm">
              <GroupTile icon={definition?.icon ?? "box"} group={definition?.group ?? "unknown"} size={22} />
              <span className="shrink-0">
                {definition?.title ?? type}
                {count > 1 && <span className="text-ink-faint"> × {count}</span>}
              </span>
              <span className="min-w-0 truncate text-ink-faint text-xs">{labels}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

const MOST_LABELS = 4;

function typesIn(graph: Graph): { type: string; count: number; labels: string }[] {
  return [...Map.groupBy(graph.nodes, ({ type }) => type)].map(([type, nodes]) => ({
    type,
    count: nodes.length,
    labels: `${nodes
      .slice(0, MOST_LABELS)
      .map(({ label }) => label)
      .join(", ")}${nodes.length > MOST_LABELS ? ", …" : ""}`,
  }));
}

function Line({ tone, text }: { tone: "danger" | "warning"; text: string }) {
  const Mark = tone === "danger" ? CircleAlert : TriangleAlert;
  return (
    <p
      role="status"
      className={classes("flex gap-2 rounded-md px-2.5 py-2 text-xs", tone === "danger" ? "bg-danger-soft text-danger" : "bg-warning-soft text-warning")}
    >
      <Mark size={14} className="mt-px shrink-0" aria-hidden />
      <span className="wrap-anywhere text-ink">{text}</span>
    </p>
  );
}
