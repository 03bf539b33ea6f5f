import { Ellipsis, GitCompareArrows } from "lucide-react";
import { useState } from "react";
import type { RevisionEntry } from "#server/contract/graphs.ts";
import { useEditor } from "../document/editor-context.ts";
import { Badge } from "../ui/badge.tsx";
import { classes } from "../ui/classes.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Menu, type MenuItem } from "../ui/menu.tsx";
import { StatusIcon, statusLook } from "../ui/status.tsx";
import { counted } from "./change-words.ts";
import { useRevisionItems } from "./comparison-bar.tsx";
import { NameRevisionDialog } from "./name-revision-dialog.tsx";
import { PersonMark } from "./person-mark.tsx";
import { listedPeople, peopleOf, reasonOf, titleOf } from "./revision-words.ts";
import { useHistoryAddress } from "./use-history-address.ts";
import { useRevisionActions } from "./use-revision-actions.ts";

const clock = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const exact = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });

/** One revision in the history: who, when, what it is called, whether it is published, and how its last run went. */
export function RevisionRow({ revision, nameOf }: { revision: RevisionEntry; nameOf: (actor: string) => string }) {
  const { number: shown, against, show } = useHistoryAddress();
  const { number } = revision;
  const people = peopleOf(revision, nameOf);
  const isShown = shown === number;
  const isOther = against === number;
  const reason = reasonOf(revision);
  return (
    <li className={classes("group relative flex border-line border-b", isShown ? "bg-accent-soft" : isOther ? "bg-hover" : "hover:bg-hover")}>
      <button
        type="button"
        aria-current={isShown ? "true" : undefined}
        onClick={(event) => (event.shiftKey && shown !== undefined && shown !== number ? show(shown, number) : show(number))}
        className="flex min-w-0 flex-1 gap-2.5 py-2 pr-9 pl-3 text-left"
      >
        <PersonMark name={people[0] ?? "?"} />
        <span className="flex min-w-0 flex-1 flex-col gap-0.5">
          <span className={classes("wrap-anywhere line-clamp-2 text-sm", revision.name !== null ? "font-semibold" : "font-medium")}>{titleOf(revision)}</span>
          <span className="truncate text-ink-faint text-xs">
            {listedPeople(people)} ·{" "}
            <time dateTime={revision.createdAt} title={exact.format(new Date(revision.createdAt))}>
              {clock.format(new Date(revision.createdAt))}
            </time>
            {reason && ` · ${reason}`}
          </span>
          <span className="flex flex-wrap items-center gap-1.5 pt-0.5">
            <Badge>r{number}</Badge>
            <PublishedBadge revision={revision} />
            <LastRun revision={revision} />
          </span>
        </span>
      </button>
      <RowMenu revision={revision} />
    </li>
  );
}

function PublishedBadge({ revision: { published, publishedAt } }: { revision: RevisionEntry }) {
  if (published === "never") return null;
  const since = publishedAt ? { title: `Published ${exact.format(new Date(publishedAt))}` } : {};
  return (
    <Badge tone={published === "now" ? "accent" : "neutral"} {...since}>
      {published === "now" ? "Published" : "Was published"}
    </Badge>
  );
}

function LastRun({ revision: { runs, lastRun } }: { revision: RevisionEntry }) {
  if (!lastRun) return null;
  return (
    <span className="flex items-center gap-1 text-2xs text-ink-faint">
      <StatusIcon state={lastRun.state} size={11} />
      {runs === 1 ? `1 run, ${statusLook(lastRun.state).label.toLowerCase()}` : counted(runs, "run")}
    </span>
  );
}

function RowMenu({ revision: { number, name } }: { revision: RevisionEntry }) {
  const { graphId } = useEditor();
  const { number: shown, show } = useHistoryAddress();
  const actions = useRevisionActions();
  const [isNaming, setNaming] = useState(false);
  const others = useRevisionItems(number, { actions, onName: () => setNaming(true) });
  const icon = <GitCompareArrows size={14} />;
  const compare: MenuItem[] = [
    { type: "action", label: "Compare with the draft", icon, onSelect: () => show(number, "draft") },
    { type: "action", label: "Changes made here", icon, onSelect: () => show(number, "before") },
    ...(shown !== undefined && shown !== number
      ? ([{ type: "action", label: `Compare with revision ${shown}`, icon, onSelect: () => show(shown, number) }] as const)
      : []),
    { type: "separator", id: "more" },
  ];
  return (
    <span className="absolute top-1.5 right-1.5">
      <Menu
        trigger={
          <IconButton
            label={`More to do with revision ${number}`}
            size="small"
            icon={<Ellipsis size={15} />}
            className="opacity-0 focus-visible:opacity-100 group-focus-within:opacity-100 group-hover:opacity-100 data-[state=open]:opacity-100"
          />
        }
        items={[...compare, ...others]}
      />
      {isNaming && <NameRevisionDialog graphId={graphId} revision={{ number, name }} onClose={() => setNaming(false)} />}
    </span>
  );
}
