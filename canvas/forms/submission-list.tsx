import { Inbox } from "lucide-react";
import { Link } from "react-router";
import { listSubmissions, type Submission } from "#server/contract/forms.ts";
import { call } from "../api/client.ts";
import { useApiPages } from "../api/queries.ts";
import { useEditor } from "../document/editor-context.ts";
import { PagedList } from "../pages/paged-list.tsx";
import { useNameOf } from "../session/use-name-of.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { NothingFits } from "../ui/nothing-fits.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { StatusText } from "../ui/status.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { useSearch } from "../ui/use-search.ts";

const PAGE = 20;
const REFRESH_MS = 5_000;

/** What came by the form of the graph that is edited, newest first; each leads to its run. */
export function SubmissionList() {
  const { graphId } = useEditor();
  const search = useSearch();
  const nameOf = useNameOf();
  const filter = search.settled === "" ? {} : { search: search.settled };
  const submissions = useApiPages(
    {
      id: listSubmissions.id,
      page: (cursor, signal) => call(listSubmissions, { params: { id: graphId }, query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal }),
    },
    { graph: graphId, ...filter },
    { every: REFRESH_MS },
  );
  const empty =
    search.settled === "" ? (
      <EmptyState icon={<Inbox size={17} aria-hidden />} title="Nothing was sent yet" text="What people send by the form stands here, each with its run." />
    ) : (
      <NothingFits title="No submission fits" text="Nobody sent anything with these words." />
    );
  return (
    <section aria-labelledby="form-submissions" className="flex flex-col gap-3">
      <div className="flex items-center justify-between gap-3">
        <h3 id="form-submissions" className="font-medium text-sm">
          Submissions
        </h3>
        <SearchInput label="Search submissions" placeholder="What was filled in" value={search.typed} onChange={search.set} className="w-56" />
      </div>
      <PagedList what="submissions" query={submissions} empty={empty}>
        {(items) => (
          <ul aria-label="Submissions" className="rounded-lg border border-line bg-surface">
            {items.map((submission) => (
              <SubmissionRow key={submission.id} graph={graphId} submission={submission} by={submission.by === null ? "by the link" : nameOf(submission.by)} />
            ))}
          </ul>
        )}
      </PagedList>
    </section>
  );
}

function SubmissionRow({ graph, submission: { run, state, summary, createdAt }, by }: { graph: string; submission: Submission; by: string }) {
  const title = summary === "" ? "Nothing filled in" : summary;
  return (
    <li className="flex items-center gap-3 border-line border-b px-3 py-2 last:border-b-0">
      <span className="min-w-0 flex-1">
        {run === null ? (
          <span className="block truncate text-sm">{title}</span>
        ) : (
          <Link to={`/graphs/${graph}/runs/${run}`} className="block truncate font-medium text-sm hover:underline">
            {title}
          </Link>
        )}
        <span className="block text-ink-faint text-xs">
          <TimeAgo time={createdAt} /> · {by}
        </span>
      </span>
      {state === null ? <span className="text-ink-faint text-xs">Not begun</span> : <StatusText state={state} />}
    </li>
  );
}
