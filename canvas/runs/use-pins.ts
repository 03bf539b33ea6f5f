import { useSyncExternalStore } from "react";
import * as Y from "yjs";
import { graphDocument } from "#runtime/graph/document.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import { readPins } from "#runtime/graph/pins.ts";
import type { StoredValues } from "#runtime/graph/stored-value.ts";
import { type Editor, useEditor } from "../document/editor-context.ts";

type Pins = ReadonlyMap<NodeId, StoredValues>;

interface PinSource {
  current(): Pins;
  subscribe(listener: () => void): () => void;
}

const NO_PINS: Pins = new Map();
const NOTHING: PinSource = { current: () => NO_PINS, subscribe: () => () => {} };
const sources = new WeakMap<Y.Doc, PinSource>();

/** What is pinned in the draft that is edited; nothing where a graph is looked at as it once was. */
export function pinsOf({ document }: Pick<Editor, "document">): PinSource {
  const doc: unknown = document?.awareness.doc;
  if (!(doc instanceof Y.Doc)) return NOTHING;
  const known = sources.get(doc) ?? followPins(doc);
  sources.set(doc, known);
  return known;
}

/** Reads them again only after one was changed, or a node came or went. */
function followPins(doc: Y.Doc): PinSource {
  const document = graphDocument(doc);
  const listeners = new Set<() => void>();
  let pins: Pins | undefined;
  const change = () => {
    pins = undefined;
    for (const listener of [...listeners]) listener();
  };
  document.pins.observeDeep(change);
  document.nodes.observe(() => document.pins.size > 0 && change());
  return {
    current: () => {
      pins ??= document.pins.size === 0 ? NO_PINS : readPins(document);
      return pins;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** What a node's output is pinned to, if it is. */
export function usePin(node: NodeId): StoredValues | undefined {
  const source = pinsOf(useEditor());
  return useSyncExternalStore(source.subscribe, () => source.current().get(node));
}
