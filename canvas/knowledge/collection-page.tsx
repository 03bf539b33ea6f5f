import { ArrowLeft, Ellipsis, RotateCw, Settings2, Trash2 } from "lucide-react";
import { useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { toast } from "sonner";
import { collectionIdSchema } from "#runtime/graph/ids.ts";
import { type Job, listJobs } from "#server/contract/jobs.ts";
import { type Collection, deleteCollection, listCollections, readCollection, reindexCollection } from "#server/contract/knowledge.ts";
import { errorText, hasCode } from "../api/api-problem.ts";
import { useApi, useChange } from "../api/queries.ts";
import { NotFoundPage } from "../app/not-found-page.tsx";
import { ListBox, PageFrame } from "../pages/page-frame.tsx";
import { useWhyNotByRole } from "../session/use-may.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { Menu } from "../ui/menu.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { Waiting } from "../ui/waiting.tsx";
import { ChangeCollectionDialog } from "./collection-dialog.tsx";
import { toDraft, wantsReindex } from "./collection-draft.ts";
import { counted } from "./document-words.ts";
import { DocumentsView } from "./documents-view.tsx";
import { CollectionCounts } from "./knowledge-page.tsx";
import { RulesView } from "./rules-view.tsx";
import { SearchView } from "./search-view.tsx";
import { DOCUMENTS_STALE } from "./uploads.tsx";
import { VectorNotice } from "./vector-notice.tsx";
import { WorkUnderWay } from "./work-under-way.tsx";

/** While something is worked on, and otherwise. */
const LIVE_MS = 2_000;
const REFRESH_MS = 15_000;
const VIEWS = ["documents", "search", "rules"] as const;

/** One collection: its documents, its search, and who sees it. */
export function CollectionPage() {
  const id = collectionIdSchema.safeParse(useParams().id);
  return id.success ? <Loaded key={id.data} id={id.data} /> : <NotFoundPage />;
}

function Loaded({ id }: { id: Collection["id"] }) {
  const [isBusy, setBusy] = useState(true);
  const { data, error, isFetching, refetch } = useApi(readCollection, { params: { id } }, { every: isBusy ? LIVE_MS : REFRESH_MS });
  const jobs = useApi(listJobs, { query: { subject: id, state: "active", limit: 10 } }, { every: isBusy ? LIVE_MS : REFRESH_MS }).data?.items ?? [];
  const works = jobs.length > 0 || (data?.counts.working ?? 0) > 0;
  if (data && works !== isBusy) setBusy(works);
  if (!data && hasCode(error, "not-found")) return <NotFoundPage />;
  if (!data && error)
    return (
      <ListBox>
        <LoadError title="The collection could not be loaded" text={errorText(error)} busy={isFetching} onRetry={() => void refetch()} />
      </ListBox>
    );
  return data ? <Shown collection={data} jobs={jobs} /> : <Waiting />;
}

function Shown({ collection, jobs }: { collection: Collection; jobs: readonly Job[] }) {
  const [params, setParams] = useSearchParams();
  const view = VIEWS.find((each) => each === params.get("view")) ?? "documents";
  const { id, name, description, counts } = collection;
  return (
    <PageFrame
      title={name}
      text={description === "" ? "Documents that are searched together." : description}
      actions={<CollectionMenu collection={collection} />}
      toolbar={
        <>
          <Link to="/knowledge" className="flex items-center gap-1.5 text-ink-muted text-xs hover:text-ink">
            <ArrowLeft size={13} aria-hidden /> All collections
          </Link>
          <span className="text-ink-faint text-xs" role="status">
            <CollectionCounts counts={counts} />
          </span>
          <span className="text-ink-faint text-xs tabular-nums">{counted(counts.chunks, "chunk")}</span>
        </>
      }
    >
      <VectorNotice />
      <WorkUnderWay collection={collection} jobs={jobs} />
      <Tabs
        label="Parts of the collection"
        padded
        value={view}
        onChange={(chosen) => setParams(chosen === "documents" ? {} : { view: chosen })}
        tabs={[
          { id: "documents", label: "Documents", content: <DocumentsView collection={id} isBusy={jobs.length > 0 || counts.working > 0} /> },
          { id: "search", label: "Search", content: <SearchView collection={collection} /> },
          { id: "rules", label: "Who sees it", content: <RulesView collection={id} /> },
        ]}
      />
    </PageFrame>
  );
}

function CollectionMenu({ collection }: { collection: Collection }) {
  const { id, name, counts } = collection;
  const [dialog, setDialog] = useState<"settings" | "reindex" | "delete" | undefined>(undefined);
  const navigate = useNavigate();
  const whyNot = useWhyNotByRole("knowledge.write");
  const off = { disabled: whyNot !== undefined, detail: whyNot };
  const reindex = useChange(reindexCollection, { stale: [...DOCUMENTS_STALE, listJobs] });
  const remove = useChange(deleteCollection, { stale: [listCollections] });
  const close = () => setDialog(undefined);
  return (
    <>
      <Menu
        trigger={<IconButton label={`Actions for ${name}`} icon={<Ellipsis size={16} />} />}
        items={[
          { type: "action", label: "Settings…", icon: <Settings2 size={14} />, ...off, onSelect: () => setDialog("settings") },
          { type: "action", label: "Re-index all…", icon: <RotateCw size={14} />, ...off, onSelect: () => setDialog("reindex") },
          { type: "separator", id: "delete" },
          { type: "action", label: "Delete…", icon: <Trash2 size={14} />, danger: true, ...off, onSelect: () => setDialog("delete") },
        ]}
      />
      {dialog === "settings" && (
        <ChangeCollectionDialog
          collection={collection}
          onClose={close}
          onSaved={(changed) => wantsReindex(collection, toDraft(changed)) && setDialog("reindex")}
        />
      )}
      <ConfirmDialog
        open={dialog === "reindex"}
        title="Re-index all documents?"
        text={
          reindex.error
            ? errorText(reindex.error)
            : `${counted(counts.documents, "document")} will be read, cut and embedded again with the present settings. Until a document is done it is found as it was, but only by its words where the embedder was changed. Changes made to single chunks are lost.`
        }
        confirm="Re-index"
        busy={reindex.isPending}
        onClose={close}
        onConfirm={() =>
          reindex.mutate(
            { params: { id }, body: {} },
            {
              onSuccess: ({ documents }) => {
                close();
                toast.success(`${counted(documents, "document")} will be indexed again`);
              },
            },
          )
        }
      />
      <ConfirmDialog
        open={dialog === "delete"}
        title={`Delete “${name}”?`}
        text={
          remove.error
            ? errorText(remove.error)
            : `Its ${counted(counts.documents, "document")} and ${counted(counts.chunks, "chunk")} go with it, and steps that search it fail. This cannot be undone.`
        }
        confirm="Delete"
        busy={remove.isPending}
        onClose={close}
        onConfirm={() => remove.mutate({ params: { id } }, { onSuccess: () => void navigate("/knowledge") })}
      />
    </>
  );
}
