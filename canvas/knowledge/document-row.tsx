import { useState } from "react";
import { Link } from "react-router";
import { cancelJob } from "#server/contract/jobs.ts";
import type { KnowledgeDocument } from "#server/contract/knowledge.ts";
import { indexKnowledgeDocument, reindexKnowledgeDocument } from "#server/contract/knowledge-documents.ts";
import { errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { MayButton } from "../session/may-button.tsx";
import { Badge } from "../ui/badge.tsx";
import { Bar } from "../ui/progress-bar.tsx";
import { StatusIcon } from "../ui/status.tsx";
import { Cell, Row } from "../ui/table.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { DocumentMenu } from "./document-menu.tsx";
import { isWorking, STATE_WORDS, sourceWords } from "./document-words.ts";
import { documentAddress } from "./knowledge-address.ts";
import { DOCUMENT_STALE } from "./uploads.tsx";

export function DocumentRow({ document }: { document: KnowledgeDocument }) {
  const { id, title, source, tags, chunks, pages, updatedAt, error } = document;
  return (
    <Row>
      <Cell className="max-w-0 py-1.5">
        <Link to={documentAddress(id)} className="block truncate font-medium hover:text-accent">
          {title}
        </Link>
        <p className="flex min-w-0 items-center gap-2 text-ink-faint text-xs">
          <span className="min-w-0 truncate">{sourceWords(source)}</span>
          {pages !== null && <span className="shrink-0 tabular-nums">{pages === 1 ? "1 page" : `${pages.toLocaleString("en")} pages`}</span>}
          {tags.map((tag) => (
            <Badge key={tag}>{tag}</Badge>
          ))}
        </p>
        {error !== null && <p className="wrap-anywhere mt-0.5 line-clamp-2 text-danger text-xs">{error}</p>}
      </Cell>
      <Cell className="py-1.5">
        <DocumentStanding document={document} />
      </Cell>
      <Cell className="text-right text-ink-muted text-xs tabular-nums max-md:hidden">{chunks.toLocaleString("en")}</Cell>
      <Cell className="text-ink-muted text-xs max-md:hidden">
        <TimeAgo time={updatedAt} />
      </Cell>
      <Cell>
        <DocumentMenu document={document} />
      </Cell>
    </Row>
  );
}

/** Its state: how far it is and the way to end it while it is worked on, what to do once it failed or waits to be looked at. */
export function DocumentStanding({ document }: { document: KnowledgeDocument }) {
  const { state, progress, title } = document;
  const { label, look } = STATE_WORDS[state];
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="flex items-center gap-1.5 text-xs">
        <StatusIcon state={look} />
        <span className="font-medium">{label}</span>
        {isWorking(document) && progress?.total != null && progress.total > 0 && (
          <span className="text-ink-faint tabular-nums">
            {progress.done.toLocaleString("en")} of {progress.total.toLocaleString("en")}
          </span>
        )}
        <span className="ml-auto">
          {isWorking(document) && <CancelButton document={document} />}
          {state === "preview" && <IndexButton document={document} />}
          {(state === "failed" || state === "cancelled") && <AgainButton document={document} />}
        </span>
      </div>
      {isWorking(document) && state !== "queued" && <Bar label={`${label}: ${title}`} done={progress?.done ?? 0} total={progress?.total ?? undefined} />}
    </div>
  );
}

function CancelButton({ document: { job, title } }: { document: KnowledgeDocument }) {
  const [isAsked, setAsked] = useState(false);
  const cancel = useChange(cancelJob, { stale: DOCUMENT_STALE });
  if (!job) return null;
  return (
    <MayButton
      action="job.control"
      size="small"
      look="quiet"
      aria-label={`Cancel ${title}`}
      busy={cancel.isPending || (isAsked && !cancel.error)}
      title={cancel.error ? errorText(cancel.error) : undefined}
      onClick={() => {
        setAsked(true);
        cancel.mutate({ params: { id: job }, body: {} });
      }}
    >
      Cancel
    </MayButton>
  );
}

function IndexButton({ document: { id, title } }: { document: KnowledgeDocument }) {
  const index = useChange(indexKnowledgeDocument, { stale: DOCUMENT_STALE });
  return (
    <MayButton
      action="knowledge.write"
      size="small"
      aria-label={`Index ${title}`}
      busy={index.isPending}
      title={index.error ? errorText(index.error) : undefined}
      onClick={() => index.mutate({ params: { id }, body: {} })}
    >
      Index
    </MayButton>
  );
}

function AgainButton({ document: { id, title } }: { document: KnowledgeDocument }) {
  const again = useChange(reindexKnowledgeDocument, { stale: DOCUMENT_STALE });
  return (
    <MayButton
      action="knowledge.write"
      size="small"
      look="quiet"
      aria-label={`Try again: ${title}`}
      busy={again.isPending}
      title={again.error ? errorText(again.error) : undefined}
      onClick={() => again.mutate({ params: { id }, body: {} })}
    >
      Try again
    </MayButton>
  );
}
