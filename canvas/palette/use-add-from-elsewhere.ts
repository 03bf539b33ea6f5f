import { useReactFlow } from "@xyflow/react";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { useLocation, useNavigate } from "react-router";
import { z } from "zod";
import { catalog } from "#nodes/catalog.data.ts";
import { jsonSchema } from "#runtime/graph/json.ts";
import { useBoardActions } from "../board/board-actions.ts";
import { boardCentre } from "../board/board-centre.ts";
import { useEditor } from "../document/editor-context.ts";
import { readyDefinition } from "./ready-nodes.ts";

/** A node that another page asks to be added: with what it begins, and what it is called. */
const nodeToAddSchema = z.object({ type: z.string(), title: z.string(), description: z.string(), config: z.record(z.string(), jsonSchema) });
export type NodeToAdd = z.infer<typeof nodeToAddSchema>;

const stateSchema = z.object({ adds: nodeToAddSchema });
/** What to navigate to a graph with. */
export const addingState = (adds: NodeToAdd): z.infer<typeof stateSchema> => ({ adds });

const ALWAYS = { current: () => true, subscribe: () => () => undefined };
/** Milliseconds until the board has measured its cards and shows them: before, it does not know where its middle is. */
const SETTLE_MS = 400;

/** Adds the node that another page has sent along, once the graph is there; reloaded, the page does not add it again. */
export function useAddFromElsewhere(): void {
  const { edits, document } = useEditor();
  const { addNode } = useBoardActions();
  const { screenToFlowPosition } = useReactFlow();
  const { pathname, search, state, key } = useLocation();
  // the address is renewed a moment after the node was added, which this hears of before
  const done = useRef<string | undefined>(undefined);
  const navigate = useNavigate();
  const loaded = document?.loaded ?? ALWAYS;
  const isReady = useSyncExternalStore(loaded.subscribe, loaded.current) && edits !== undefined;
  useEffect(() => {
    const wanted = stateSchema.safeParse(state).data?.adds;
    const definition = wanted && catalog.get(wanted.type);
    if (!isReady || !definition || done.current === key) return;
    const timer = setTimeout(() => {
      done.current = key;
      navigate({ pathname, search }, { replace: true, state: null });
      addNode(readyDefinition(definition, wanted), boardCentre(screenToFlowPosition));
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [isReady, state, key, pathname, search, navigate, addNode, screenToFlowPosition]);
}
