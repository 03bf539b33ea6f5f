import { useEffect, useRef } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import { nodesById, useGraph } from "../document/editor-context.ts";
import { classes } from "../ui/classes.ts";
import { GroupTile } from "../ui/group-tile.tsx";
import type { Match } from "./find-in-graph.ts";
import { placeKey } from "./searched-texts.ts";
import { snippetOf } from "./snippet.ts";

/** Shown at once; those around the one one is at. */
const MOST = 100;

/** What was found, node by node. */
export function MatchList({ matches, at, onShow }: { matches: readonly Match[]; at: number; onShow(index: number): void }) {
  const byId = nodesById(useGraph());
  const first = Math.max(0, Math.min(at - MOST / 2, matches.length - MOST));
  const shown = matches.slice(first, first + MOST).map((match, index) => ({ match, index: first + index }));
  const groups = Map.groupBy(shown, ({ match }) => match.found.node);
  const rest = matches.length - first - shown.length;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto border-line border-t p-1.5">
      {first > 0 && <p className="px-2 py-1 text-ink-faint text-xs">{first} before these</p>}
      {[...groups].map(([id, own]) => {
        const node = byId.get(id);
        const definition = catalog.get(node?.type ?? "");
        return (
          <section key={id} aria-label={node?.label ?? ""}>
            <h3 className="flex items-center gap-2 px-1.5 pt-1.5 pb-1 font-medium text-xs">
              <GroupTile icon={definition?.icon ?? "box"} group={definition?.group ?? "unknown"} size={20} />
              <span className="truncate">{node?.label}</span>
            </h3>
            <ul>
              {own.map(({ match, index }) => (
                <li key={`${placeKey(match.found)} ${match.span.start}`}>
                  <MatchLine match={match} isHere={index === at} onShow={() => onShow(index)} />
                </li>
              ))}
            </ul>
          </section>
        );
      })}
      {rest > 0 && <p className="px-2 py-1 text-ink-faint text-xs">{rest} after these</p>}
    </div>
  );
}

function MatchLine({ match, isHere, onShow }: { match: Match; isHere: boolean; onShow(): void }) {
  const { before, hit, after } = snippetOf(match);
  const line = useRef<HTMLButtonElement | null>(null);
  useEffect(() => {
    if (isHere) line.current?.scrollIntoView({ block: "nearest" });
  }, [isHere]);
  return (
    <button
      ref={line}
      type="button"
      aria-current={isHere || undefined}
      onClick={onShow}
      className={classes("flex w-full items-baseline gap-2 rounded-md py-1 pr-2 pl-8 text-left text-xs", isHere ? "bg-accent-soft" : "hover:bg-hover")}
    >
      <span className="max-w-28 shrink-0 truncate text-ink-faint">{match.found.title}</span>
      <span className="min-w-0 flex-1 truncate font-mono text-2xs">
        {before}
        <mark className="rounded-xs bg-warning-soft text-ink underline decoration-warning">{hit}</mark>
        {after}
      </span>
    </button>
  );
}
