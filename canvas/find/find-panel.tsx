import { ArrowDown, ArrowUp, CaseSensitive, ChevronRight, Regex, Replace, ReplaceAll, WholeWord, X } from "lucide-react";
import { type KeyboardEvent, type RefObject, useEffect, useRef } from "react";
import { takeTyped } from "../commands/typed-ahead.tsx";
import { useEditor } from "../document/editor-context.ts";
import { announce } from "../ui/announce.ts";
import { classes } from "../ui/classes.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Input } from "../ui/input.tsx";
import type { FindResult } from "./find-in-graph.ts";
import { useFindStore } from "./find-store.ts";
import { MatchList } from "./match-list.tsx";
import type { FindQuery } from "./matcher.ts";
import { type FindActions, useFindActions } from "./use-find-actions.ts";

/** The search in a graph: what to find, what to put in its place, and all that was found. */
export function FindPanel({ result, typed }: { result: FindResult; typed: RefObject<string> }) {
  const { query, replaces, at, calls, close, change, setReplaces } = useFindStore();
  const { edits } = useEditor();
  const actions = useFindActions(result);
  const input = useRef<HTMLInputElement | null>(null);
  const opener = useOpener(calls);
  useEffect(() => {
    // each call takes the focus again
    if (calls === 0) return;
    input.current?.focus();
    const text = takeTyped(typed);
    if (text !== "") change({ text });
    else input.current?.select();
  }, [calls, typed, change]);
  useAnnouncedResult(result);
  const leave = () => {
    close();
    opener.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.preventDefault();
      leave();
      return;
    }
    const option = event.altKey && !event.ctrlKey && !event.metaKey ? OPTIONS.find(({ code }) => code === event.code) : undefined;
    if (!option) return;
    event.preventDefault();
    change({ [option.member]: !query[option.member] });
  };
  return (
    <search
      aria-label="Find and replace"
      onKeyDown={onKeyDown}
      className="absolute top-3 right-3 z-20 flex max-h-[calc(100%-1.5rem)] w-96 max-w-[calc(100%-1.5rem)] animate-rise flex-col rounded-xl bg-overlay shadow-overlay"
    >
      <div className="flex items-start gap-1.5 p-2">
        {edits && (
          <IconButton
            label={replaces ? "Only find" : "Replace, too"}
            aria-expanded={replaces}
            size="small"
            className="mt-1"
            icon={<ChevronRight size={15} className={classes("transition-transform duration-(--quick)", replaces && "rotate-90")} />}
            onClick={() => setReplaces(!replaces)}
          />
        )}
        <div className="flex min-w-0 flex-1 flex-col gap-1.5">
          <div className="relative">
            <Input
              ref={input}
              aria-label="Find"
              placeholder="Find in names, settings and notes"
              maxLength={1000}
              invalid={result.problem !== undefined}
              value={query.text}
              onChange={(event) => change({ text: event.target.value })}
              onKeyDown={(event) => event.key === "Enter" && !event.nativeEvent.isComposing && actions.step(event.shiftKey ? -1 : 1)}
              className="pr-20"
            />
            <div className="absolute top-1 right-1 flex">
              {OPTIONS.map(({ member, label, keys, Icon }) => (
                <IconButton
                  key={member}
                  label={label}
                  keys={keys}
                  size="small"
                  active={query[member]}
                  aria-pressed={query[member]}
                  icon={<Icon size={14} />}
                  onClick={() => change({ [member]: !query[member] })}
                />
              ))}
            </div>
          </div>
          {replaces && edits && <ReplaceRow actions={actions} count={result.matches.length} />}
        </div>
        <div className="mt-1 flex">
          <IconButton
            label="The match before"
            keys="Shift+Enter"
            size="small"
            icon={<ArrowUp size={14} />}
            disabled={result.matches.length === 0}
            onClick={() => actions.step(-1)}
          />
          <IconButton
            label="The next match"
            keys="Enter"
            size="small"
            icon={<ArrowDown size={14} />}
            disabled={result.matches.length === 0}
            onClick={() => actions.step(1)}
          />
          <IconButton label="Close" keys="Escape" size="small" icon={<X size={14} />} onClick={leave} />
        </div>
      </div>
      <p className={classes("px-3 pb-2 text-xs", result.problem === undefined ? "text-ink-faint" : "text-danger")}>{summary(result, query, at)}</p>
      {result.matches.length > 0 && <MatchList matches={result.matches} at={at} onShow={actions.show} />}
    </search>
  );
}

const OPTIONS = [
  { member: "matchCase", label: "Match capital letters", keys: "Alt+C", code: "KeyC", Icon: CaseSensitive },
  { member: "wholeWord", label: "Whole words", keys: "Alt+W", code: "KeyW", Icon: WholeWord },
  { member: "isPattern", label: "Regular expression", keys: "Alt+R", code: "KeyR", Icon: Regex },
] as const;

function ReplaceRow({ actions, count }: { actions: FindActions; count: number }) {
  const { replacement, setReplacement } = useFindStore();
  return (
    <div className="flex items-center gap-1">
      <Input
        aria-label="Replace with"
        placeholder="Replace with"
        maxLength={10_000}
        value={replacement}
        onChange={(event) => setReplacement(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
          event.preventDefault();
          // Ctrl+Enter runs the graph elsewhere
          if (event.ctrlKey || event.metaKey) actions.replaceAll();
          else actions.replaceOne();
        }}
      />
      <IconButton label="Replace" keys="Enter" size="small" icon={<Replace size={14} />} disabled={count === 0} onClick={actions.replaceOne} />
      <IconButton label="Replace all" keys="Ctrl+Enter" size="small" icon={<ReplaceAll size={14} />} disabled={count === 0} onClick={actions.replaceAll} />
    </div>
  );
}

function summary({ matches, byNode, problem, isPartial }: FindResult, { text }: FindQuery, at: number): string {
  if (problem !== undefined) return problem;
  if (text === "") return "Names of nodes, texts in their settings, and notes.";
  if (matches.length === 0) return isPartial ? "Nothing found in the part that was searched." : "Nothing found.";
  const where = `${byNode.size} ${byNode.size === 1 ? "node" : "nodes"}`;
  const count = at < 0 ? `${matches.length} ${matches.length === 1 ? "match" : "matches"} in ${where}` : `${at + 1} of ${matches.length} in ${where}`;
  return isPartial ? `${count}. There are more: search for less.` : count;
}

/** Where the focus goes back to. */
function useOpener(calls: number) {
  const opener = useRef<HTMLElement | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is another one with each call
  useEffect(() => {
    const focused = document.activeElement;
    if (focused instanceof HTMLElement && !focused.closest("search")) opener.current = focused;
  }, [calls]);
  return opener;
}

function useAnnouncedResult(result: FindResult): void {
  const { query } = useFindStore();
  // biome-ignore lint/correctness/useExhaustiveDependencies: told for what is looked for, not for each replacement
  useEffect(() => {
    const timer = setTimeout(() => query.text !== "" && announce(summary(result, query, -1)), 500);
    return () => clearTimeout(timer);
  }, [query]);
}
