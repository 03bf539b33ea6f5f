import { MessagesSquare, X } from "lucide-react";
import { lazy, Suspense, useCallback, useMemo } from "react";
import { Link } from "react-router";
import { saved } from "../app/saved.ts";
import type { Command } from "../commands/command.ts";
import { useProvideCommands } from "../commands/command-store.ts";
import { useEditor, useGraph } from "../document/editor-context.ts";
import { useWhyNotByRole } from "../session/use-may.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { useChatView } from "./chat-view.ts";
import { suggestionsOf } from "./suggestions.ts";
import { useChatAddress } from "./use-chat.ts";

const ChatPanel = lazy(async () => ({ default: (await import("./chat-panel.tsx")).ChatPanel }));

/** Where the chat with the open graph stands beside the board. */
export function ChatPlace() {
  const { isOpen, toggle } = useChatView();
  const whyNot = useWhyNotByRole("graph.run");
  useProvideCommands(
    useMemo<Command[]>(
      () => [
        {
          id: "chat",
          title: "Chat with the graph",
          group: "View",
          keywords: ["talk", "message", "conversation", "try"],
          blocked: () => whyNot,
          run: toggle,
        },
      ],
      [toggle, whyNot],
    ),
  );
  return isOpen && whyNot === undefined ? <OpenChat onClose={toggle} /> : null;
}

function OpenChat({ onClose }: { onClose(): void }) {
  const { graphId, document } = useEditor();
  const graph = useGraph();
  const [chat, open] = useChatAddress();
  const suggestions = useMemo(() => suggestionsOf(graph), [graph]);
  const beforeSaying = useCallback(async () => {
    if (document) await saved(document);
  }, [document]);
  return (
    <aside aria-label="Chat with the graph" className="flex w-96 shrink-0 flex-col border-line border-l bg-surface max-xl:w-80">
      <Suspense fallback={<Spinner className="m-6" label="Loading" />}>
        <ChatPanel
          graph={graphId}
          chat={chat}
          onOpen={open}
          suggestions={suggestions}
          draft={document && { beforeSaying }}
          aside={<IconButton label="Close the chat" size="small" icon={<X size={15} />} onClick={onClose} />}
        />
      </Suspense>
      <p className="border-line border-t px-3 py-1.5 text-2xs">
        <Link to={`/graphs/${graphId}/chat`} className="text-ink-faint hover:text-accent hover:underline">
          Open the chat as a page
        </Link>
      </p>
    </aside>
  );
}

/** Opens and closes the chat. */
export function ChatButton() {
  const { isOpen, toggle } = useChatView();
  const whyNot = useWhyNotByRole("graph.run");
  return (
    <IconButton
      label={whyNot ?? "Chat"}
      icon={<MessagesSquare size={16} />}
      active={isOpen}
      aria-pressed={isOpen}
      disabled={whyNot !== undefined}
      onClick={toggle}
    />
  );
}
