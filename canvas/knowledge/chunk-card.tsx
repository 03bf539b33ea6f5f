import { Eye, EyeOff, Pencil } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { Chunk } from "#server/contract/knowledge.ts";
import { changeChunk, listChunks } from "#server/contract/knowledge-documents.ts";
import { errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { useWhyNotByRole } from "../session/use-may.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { FormError } from "../ui/form-error.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { TextArea } from "../ui/input.tsx";
import { NotAllowed } from "../ui/not-allowed.tsx";
import { placeWords } from "./document-words.ts";

const MOST_CHARACTERS = 20_000;

interface ChunkCardProps {
  chunk: Chunk;
  /** Its document is being worked on. */
  isLocked: boolean;
  /** It is not indexed yet. */
  isPreview: boolean;
  isCited: boolean;
}

/** A chunk as it is found: to be changed, or left out of searches. */
export function ChunkCard({ chunk, isLocked, isPreview, isCited }: ChunkCardProps) {
  const { id, position, text, tokens, disabled, edited } = chunk;
  const [isEditing, setEditing] = useState(false);
  const change = useChange(changeChunk, { stale: [listChunks] });
  const whyNot = useWhyNotByRole("knowledge.write") ?? (isLocked ? "Its document is being indexed. Wait until that is done." : undefined);
  const number = position + 1;
  const toggle = () =>
    change.mutate(
      { params: { id }, body: { disabled: !disabled } },
      { onError: (error) => toast.error("The chunk was not changed", { description: errorText(error) }) },
    );
  return (
    <li
      aria-label={`Chunk ${number}`}
      className={classes("flex flex-col gap-2 rounded-lg border bg-surface px-4 py-3", isCited ? "border-accent" : "border-line", disabled && "border-dashed")}
    >
      <div className="flex min-w-0 items-center gap-2 text-xs">
        <span className="shrink-0 font-medium tabular-nums">{number}</span>
        <span className="min-w-0 truncate text-ink-faint">{placeWords(chunk)}</span>
        <span className="shrink-0 text-ink-faint tabular-nums">about {tokens.toLocaleString("en")} tokens</span>
        {edited && <Badge tone="accent">Changed by hand</Badge>}
        {disabled && <Badge tone="warning">Not found</Badge>}
        <span className="ml-auto flex shrink-0">
          <NotAllowed reason={whyNot}>
            <IconButton
              label={`Change chunk ${number}`}
              size="small"
              icon={<Pencil size={13} />}
              disabled={whyNot !== undefined || isEditing}
              onClick={() => setEditing(true)}
            />
          </NotAllowed>
          <NotAllowed reason={whyNot}>
            <IconButton
              label={disabled ? `Let chunk ${number} be found` : `Leave chunk ${number} out of searches`}
              size="small"
              icon={disabled ? <Eye size={13} /> : <EyeOff size={13} />}
              disabled={whyNot !== undefined || change.isPending}
              onClick={toggle}
            />
          </NotAllowed>
        </span>
      </div>
      {isEditing ? (
        <Editor chunk={chunk} isPreview={isPreview} onClose={() => setEditing(false)} />
      ) : (
        <p className={classes("wrap-anywhere whitespace-pre-line text-sm leading-relaxed", disabled && "text-ink-muted")}>{text}</p>
      )}
    </li>
  );
}

function Editor({ chunk: { id, position, text }, isPreview, onClose }: { chunk: Chunk; isPreview: boolean; onClose(): void }) {
  const [typed, setTyped] = useState(text);
  const change = useChange(changeChunk, { stale: [listChunks] });
  const save = () => change.mutate({ params: { id }, body: { text: typed } }, { onSuccess: onClose });
  return (
    <div className="flex flex-col gap-2">
      <TextArea
        autoFocus
        aria-label={`Text of chunk ${position + 1}`}
        maxLength={MOST_CHARACTERS}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <FormError text={change.error ? errorText(change.error) : undefined} />
      <div className="flex items-center gap-2">
        <p className="min-w-0 flex-1 text-ink-faint text-xs">
          {isPreview ? "It is indexed with its document." : "It is indexed at once."} Re-indexing the document reads its source again, and loses the change.
        </p>
        <Button look="quiet" onClick={onClose}>
          Cancel
        </Button>
        <Button look="primary" busy={change.isPending} disabled={typed.trim() === "" || typed === text} onClick={save}>
          Save
        </Button>
      </div>
    </div>
  );
}
