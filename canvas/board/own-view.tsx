import { type ComponentType, Suspense, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import type { StoredValue, StoredValues } from "#runtime/graph/stored-value.ts";
import { lenientConfig } from "#runtime/node/catalog.ts";
import { fileValueSchema } from "#runtime/node/port-value.ts";
import type { NodeViewProps } from "#runtime/node/view.ts";
import { outputsOf, sourceValue } from "#runtime/run/node-runs.ts";
import type { NodeRun } from "#runtime/run/run-state.ts";
import { Elsewhere } from "../api/elsewhere.ts";
import { useReferences } from "../document/analysis.tsx";
import { loadThumbnail } from "../files/stored-files.ts";
import { type RunView, useRunPart } from "../runs/run-view.ts";
import { viewOf } from "./annotation-card.tsx";

/** Pictures loaded for one card. */
const MOST_PICTURES = 8;
const SIZE = 320;

/** What a node type with a view of its own draws of a run. */
export function OwnView(props: { node: GraphNode; run: NodeRun }) {
  const View = viewOf(props.node.type);
  return View ? <DrawnView {...props} View={View} /> : null;
}

function DrawnView({ node, run, View }: { node: GraphNode; run: NodeRun; View: ComponentType<NodeViewProps> }) {
  const references = useReferences();
  const config = useMemo(() => {
    const definition = catalog.get(node.type);
    return definition ? lenientConfig(definition, node.config) : node.config;
  }, [node]);
  const outputs = useMemo(() => plainValues(outputsOf(run)), [run]);
  const read = useCallback((view: RunView | undefined) => JSON.stringify(inputsOf(view, run)), [run]);
  const inputsText = useRunPart(read);
  const inputs = useMemo(() => JSON.parse(inputsText) as Record<string, unknown>, [inputsText]);
  const wanted = useMemo(() => picturesIn([inputs, config, outputs]), [inputs, config, outputs]);
  const pictures = usePictures(wanted);
  return (
    <Suspense fallback={null}>
      <View config={config} references={references} run={{ state: run.state, outputs, inputs }} pictures={pictures} />
    </Suspense>
  );
}

function inputsOf(view: RunView | undefined, { node, path }: NodeRun): Record<string, unknown> {
  const state = view?.state;
  const ports = Object.entries(state?.plan.nodes[node]?.inputs ?? {});
  if (!state) return {};
  const values = ports.flatMap(([name, { sources }]): [string, StoredValue][] => {
    const [source] = sources;
    const value = source && sourceValue(state, source, path);
    return value ? [[name, value]] : [];
  });
  return plainValues(Object.fromEntries(values));
}

/** Without those that are too large to be part of an event. */
function plainValues(values: StoredValues): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value.type === "inline" ? [[name, value.value]] : [])));
}

function picturesIn(values: readonly unknown[]): string[] {
  const found = new Set<string>();
  const visit = (value: unknown, depth: number): void => {
    if (depth > 5 || found.size >= MOST_PICTURES || typeof value !== "object" || value === null) return;
    const file = fileValueSchema.safeParse(value);
    if (!file.success) for (const member of Object.values(value)) visit(member, depth + 1);
    else if (file.data.mediaType.startsWith("image/")) found.add(file.data.$asset);
  };
  for (const value of values) visit(value, 0);
  return [...found];
}

/** Addresses by hash, of those that are loaded. */
function usePictures(hashes: readonly string[]): Readonly<Record<string, string>> {
  const workspace = useContext(Elsewhere);
  const [addresses, setAddresses] = useState<Readonly<Record<string, string>>>({});
  const key = hashes.join(" ");
  useEffect(() => {
    const gone = new AbortController();
    const made: string[] = [];
    for (const hash of key === "" ? [] : key.split(" ")) {
      loadThumbnail(hash, SIZE, { workspace, signal: gone.signal }).then(
        (content) => {
          if (gone.signal.aborted) return;
          const url = URL.createObjectURL(content);
          made.push(url);
          setAddresses((before) => ({ ...before, [hash]: url }));
        },
        // its name stays
        () => undefined,
      );
    }
    return () => {
      gone.abort();
      setAddresses({});
      for (const url of made) URL.revokeObjectURL(url);
    };
  }, [key, workspace]);
  return addresses;
}
