import { useMemo } from "react";
import { toast } from "sonner";
import { useEditorView } from "../app/editor-view.ts";
import { useBoardActions } from "../board/board-actions.ts";
import { nodesById, useEditor } from "../document/editor-context.ts";
import { announce } from "../ui/announce.ts";
import { type FindResult, findInGraph, type Match } from "./find-in-graph.ts";
import { useFindStore } from "./find-store.ts";
import { replacementFor } from "./matcher.ts";
import { replaceMatches } from "./replace-matches.ts";
import { placeKey } from "./searched-texts.ts";
import { snippetOf } from "./snippet.ts";

export interface FindActions {
  /** Goes to a match: the board shows its node, the inspector its fields. */
  show(index: number): void;
  /** To the one after or before, around the end. */
  step(by: 1 | -1): void;
  replaceOne(): void;
  replaceAll(): void;
}

/** What can be done with what was found. */
export function useFindActions({ matches }: FindResult): FindActions {
  const { edits, undo, graph } = useEditor();
  const { focusNode } = useBoardActions();
  const { setTab } = useEditorView();
  return useMemo(() => {
    const tell = (match: Match, index: number, count: number) => {
      const { before, hit, after } = snippetOf(match);
      const label = nodesById(graph.current()).get(match.found.node)?.label ?? "";
      announce(`${index + 1} of ${count}, in ${label}, ${match.found.title}: ${before}${hit}${after}`);
    };
    const showOf = (all: readonly Match[], index: number) => {
      const match = all[index];
      useFindStore.getState().go(match ? index : -1);
      if (!match) return;
      focusNode(match.found.node);
      setTab("settings");
      tell(match, index, all.length);
    };
    const replace = (chosen: readonly Match[]) => {
      if (!edits) return { done: 0, left: chosen.length };
      const { replacement, query } = useFindStore.getState();
      undo?.stopCapturing();
      const result = replaceMatches(chosen, { graph: graph.current(), edits, replacement, isPattern: query.isPattern });
      undo?.stopCapturing();
      return result;
    };
    const step = (by: 1 | -1) => {
      const { at } = useFindStore.getState();
      if (matches.length === 0) return;
      showOf(matches, at < 0 ? (by > 0 ? 0 : matches.length - 1) : (at + by + matches.length) % matches.length);
    };
    return {
      show: (index) => showOf(matches, index),
      step,
      replaceOne: () => {
        const { at, query, replacement } = useFindStore.getState();
        const match = matches[at];
        // the first press only goes there: one sees what is about to change
        if (!match) return step(1);
        if (replace([match]).done === 0) {
          toast.error(whyLeft(match));
          return step(1);
        }
        const now = findInGraph(graph.current(), query).matches;
        const end = match.span.start + replacementFor(match.span, replacement, query.isPattern).length;
        showOf(now, nextAfter(now, { at, match, end }));
      },
      replaceAll: () => {
        const { done, left } = replace(matches);
        const said = `${done} ${done === 1 ? "match" : "matches"} replaced`;
        if (left === 0) toast.success(`${said}.`);
        else toast.warning(`${said}, ${left} left.`, { description: "Names cannot be empty, and what is chosen from a list is not changed by its letters." });
      },
    };
  }, [edits, undo, graph, focusNode, setTab, matches]);
}

/** The match that comes after one that was replaced: not one inside of what took its place. */
function nextAfter(now: readonly Match[], { at, match, end }: { at: number; match: Match; end: number }): number {
  const place = placeKey(match.found);
  const next = now.findIndex(({ found, span }, index) => index >= at && (placeKey(found) !== place || span.start >= end));
  return Math.max(0, next);
}

function whyLeft({ found }: Match): string {
  if (found.fixed) return `“${found.title}” is chosen from a list. Change it in the inspector.`;
  return found.place.type === "label" ? "A name cannot be empty, or longer than 200 characters." : "The text would be too long.";
}
