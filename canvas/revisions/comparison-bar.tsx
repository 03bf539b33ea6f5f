import { Copy, Download, Ellipsis, RotateCcw, Tag, Upload, X } from "lucide-react";
import { useState } from "react";
import { isSame } from "#runtime/graph/diff.ts";
import { useEditor } from "../document/editor-context.ts";
import { MayButton } from "../session/may-button.tsx";
import { useWhyNotByRole } from "../session/use-may.ts";
import { classes } from "../ui/classes.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Menu, type MenuItem } from "../ui/menu.tsx";
import { NameRevisionDialog } from "./name-revision-dialog.tsx";
import type { Compared } from "./use-comparison.ts";
import type { Against } from "./use-history-address.ts";
import { useHistoryAddress } from "./use-history-address.ts";
import { useRevision } from "./use-revision.ts";
import { type RevisionActions, useRevisionActions } from "./use-revision-actions.ts";

/** Above the comparison: what is compared with what, and what can be done with the revision. */
export function ComparisonBar({ compared, number }: { compared: Compared; number: number }) {
  const { against, show, leave } = useHistoryAddress();
  const actions = useRevisionActions();
  const [isAsking, setAsking] = useState(false);
  const isRestored = compared.type === "ready" && isSame(compared.sinceRevision);
  return (
    <div
      role="toolbar"
      aria-label={`Revision ${number}`}
      className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-line border-b bg-accent-soft px-4 py-1.5"
    >
      <span className="font-medium text-sm">{headingOf(number, against)}</span>
      <AgainstChoice against={against} onChoose={(next) => show(number, next)} />
      <span className="ml-auto flex items-center gap-1.5">
        <MayButton action="graph.edit" size="small" icon={<RotateCcw size={13} aria-hidden />} disabled={isRestored} onClick={() => setAsking(true)}>
          Restore revision {number}
        </MayButton>
        <RevisionMenu number={number} actions={actions} />
        <IconButton label="Back to the draft" size="small" icon={<X size={15} />} onClick={leave} />
      </span>
      <ConfirmDialog
        open={isAsking}
        title={`Restore revision ${number}?`}
        text="The draft becomes what it was then, for everybody who has it open. What it is now is kept as a revision first, so you can come back."
        confirm="Restore"
        onConfirm={() => {
          setAsking(false);
          void actions.restore(number);
        }}
        onClose={() => setAsking(false)}
      />
    </div>
  );
}

function headingOf(number: number, against: Against): string {
  if (typeof against !== "number") return `Revision ${number}`;
  return `Revision ${Math.min(number, against)} → ${Math.max(number, against)}`;
}

const CHOICES = [
  { id: "draft", label: "Compare with the draft" },
  { id: "before", label: "Changes made here" },
] as const;

function AgainstChoice({ against, onChoose }: { against: Against; onChoose(against: Against): void }) {
  return (
    <fieldset className="flex rounded-md border border-line-strong bg-raised p-0.5">
      <legend className="sr-only">What to compare with</legend>
      {CHOICES.map(({ id, label }) => (
        <button
          key={id}
          type="button"
          aria-pressed={against === id}
          onClick={() => onChoose(id)}
          className={classes("h-5.5 rounded-sm px-2 font-medium text-xs", against === id ? "bg-accent-soft text-accent" : "text-ink-muted hover:text-ink")}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}

function RevisionMenu({ number, actions }: { number: number; actions: RevisionActions }) {
  const { graphId } = useEditor();
  const [isNaming, setNaming] = useState(false);
  const items = useRevisionItems(number, { actions, onName: () => setNaming(true) });
  const { data } = useRevision(graphId, number);
  return (
    <>
      <Menu trigger={<IconButton label="More to do with this revision" size="small" icon={<Ellipsis size={15} />} />} items={items} />
      {isNaming && <NameRevisionDialog graphId={graphId} revision={{ number, name: data?.name ?? null }} onClose={() => setNaming(false)} />}
    </>
  );
}

/** What can be done with a revision besides restoring it. */
export function useRevisionItems(number: number, { actions, onName }: { actions: RevisionActions; onName(): void }): MenuItem[] {
  const notEdited = useWhyNotByRole("graph.edit");
  const notPublished = useWhyNotByRole("graph.publish");
  const notCopied = useWhyNotByRole("graph.create");
  const off = (reason: string | undefined) => ({ disabled: reason !== undefined, detail: reason });
  return [
    { type: "action", label: "Name it…", icon: <Tag size={14} />, ...off(notEdited), onSelect: onName },
    { type: "action", label: "Publish it", icon: <Upload size={14} />, ...off(notPublished), onSelect: () => void actions.publish(number) },
    { type: "action", label: "Copy as a new graph", icon: <Copy size={14} />, ...off(notCopied), onSelect: () => void actions.copyAsGraph(number) },
    { type: "action", label: "Download as JSON", icon: <Download size={14} />, onSelect: () => void actions.download(number) },
  ];
}
