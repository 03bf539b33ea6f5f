import { MessagesSquare } from "lucide-react";
import { useCallback } from "react";
import { create } from "zustand";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { NodeRun } from "#runtime/run/run-state.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Panel } from "../ui/panel.tsx";
import { ConversationView } from "./conversation-view.tsx";
import { nodeRunOf, useRunView } from "./run-view.ts";

/** Whose conversation stands beside the board. */
const useConversationShown = create<{ node: NodeId | undefined }>()(() => ({ node: undefined }));

/** Where the conversation of a crew stands beside the board when it is open. */
export function ConversationPlace() {
  const node = useConversationShown((state) => state.node);
  return node === undefined ? null : <OpenConversation node={node} />;
}

function OpenConversation({ node }: { node: NodeId }) {
  const view = useRunView();
  const run = nodeRunOf(view, node);
  const close = useCallback(() => useConversationShown.setState({ node: undefined }), []);
  const label = view?.state?.plan.nodes[node]?.label;
  if (!label) return null;
  return (
    <aside aria-label={`Conversation of ${label}`} className="flex w-96 shrink-0 flex-col border-line border-l max-xl:w-80">
      <Panel title={label} label="Conversation" onClose={close} className="flex-1">
        {view && run ? (
          <ConversationView key={`${view.runId}${node}`} view={view} run={run} />
        ) : (
          <EmptyState icon={<MessagesSquare size={16} aria-hidden />} title="It does not run yet" text="Its conversation appears here when it does." />
        )}
      </Panel>
    </aside>
  );
}

/** Opens the conversation of a node run beside the board, or puts it away. */
export function ConversationButton({ run }: { run: NodeRun }) {
  const isShown = useConversationShown((state) => state.node === run.node);
  return (
    <Button
      size="small"
      icon={<MessagesSquare size={14} />}
      aria-pressed={isShown}
      onClick={() => useConversationShown.setState({ node: isShown ? undefined : run.node })}
    >
      {isShown ? "Put the conversation away" : "Show the conversation"}
    </Button>
  );
}
