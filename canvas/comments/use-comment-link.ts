import { useEffect, useSyncExternalStore } from "react";
import { useSearchParams } from "react-router";
import { commentIdSchema, nodeIdSchema } from "#runtime/graph/ids.ts";
import { readThread } from "#server/contract/comments.ts";
import { useApi } from "../api/queries.ts";
import { useBoardActions } from "../board/board-actions.ts";
import { nodesById, useEditor } from "../document/editor-context.ts";
import { useCommentsView } from "./comments-view.ts";

const ALWAYS = { current: () => true, subscribe: () => () => undefined };

/** Follows `?node=…&comment=…` to the node and the thread, once the graph is there; then the address is that of the graph again. */
export function useCommentLink(): void {
  const { graphId, graph, document } = useEditor();
  const { focusNode } = useBoardActions();
  const [params, setParams] = useSearchParams();
  const loaded = document?.loaded ?? ALWAYS;
  const isLoaded = useSyncExternalStore(loaded.subscribe, loaded.current);
  const comment = commentIdSchema.safeParse(params.get("comment")).data;
  const node = nodeIdSchema.safeParse(params.get("node")).data;
  const thread = useApi(
    readThread,
    {
      params: {
        id: graphId,
        comment: comment ?? commentIdSchema.parse("comment_none"),
      },
    },
    { enabled: comment !== undefined },
  );
  const isKnown = comment === undefined || thread.isFetched;
  const { data } = thread;
  useEffect(() => {
    if (!isLoaded || !isKnown || (comment === undefined && node === undefined)) return;
    if (comment !== undefined) useCommentsView.getState().show({ thread: data?.id ?? comment, comment });
    const at = data?.node ?? node;
    if (at && nodesById(graph.current()).has(at)) setTimeout(() => focusNode(at), SETTLE_MS);
    setParams(
      (before) => {
        const rest = new URLSearchParams(before);
        rest.delete("comment");
        rest.delete("node");
        return rest;
      },
      { replace: true },
    );
  }, [isLoaded, isKnown, comment, node, data, graph, focusNode, setParams]);
}

/** Milliseconds until the board has measured its cards: before, it could not bring one into view. */
const SETTLE_MS = 300;
