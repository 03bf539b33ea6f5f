import { useMemo } from "react";
import { useBoardStore } from "../board/board-store.ts";
import type { Command } from "../commands/command.ts";
import { useProvideCommands } from "../commands/command-store.ts";
import { useWhyNot } from "../session/use-may.ts";
import { useCommentsView } from "./comments-view.ts";

/** What can be done with comments from the keyboard. */
export function useCommentCommands(): void {
  const store = useBoardStore();
  const whyNot = useWhyNot("comment.write");
  useProvideCommands(
    useMemo(
      (): Command[] => [
        {
          id: "comment",
          title: "Comment on the selection",
          group: "Together",
          keys: ["Shift+C"],
          keywords: ["remark", "discuss", "ask", "mention", "note"],
          blocked: () => whyNot,
          run: () => useCommentsView.getState().write({ node: store.getState().selectedNodes.at(-1) ?? null }),
        },
        {
          id: "comments-panel",
          title: "Show or hide the comments",
          group: "Together",
          keywords: ["threads", "discussion", "review"],
          run: () => useCommentsView.getState().toggle(),
        },
      ],
      [store, whyNot],
    ),
  );
}
