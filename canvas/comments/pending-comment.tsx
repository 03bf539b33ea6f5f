import { Button } from "../ui/button.tsx";
import { Markdown } from "../ui/markdown.tsx";
import { Spinner } from "../ui/spinner.tsx";
import type { Pending } from "./comment-drafts.ts";

/** What was written and is not yet with the server. */
export function PendingComment({ pending, onRetry, onDrop }: { pending: Pending; onRetry(pending: Pending): void; onDrop(pending: Pending): void }) {
  const { body, mentions, problem } = pending;
  return (
    <div className="flex flex-col gap-1 rounded-md px-2 py-1.5">
      <div className="opacity-60">
        <Markdown text={body} mentions={mentions.map(({ name }) => name)} dense />
      </div>
      {problem === undefined ? (
        <p role="status" className="flex items-center gap-1.5 text-2xs text-ink-faint">
          <Spinner size={11} /> Sending…
        </p>
      ) : (
        <div role="alert" className="flex flex-wrap items-center gap-2 rounded-md bg-danger-soft px-2 py-1.5 text-xs">
          <p className="w-full">Not sent. {problem}</p>
          <Button size="small" onClick={() => onRetry(pending)}>
            Send again
          </Button>
          <Button size="small" look="quiet" onClick={() => onDrop(pending)}>
            Discard
          </Button>
        </div>
      )}
    </div>
  );
}
