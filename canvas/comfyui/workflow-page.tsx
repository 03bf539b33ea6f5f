import { Archive, ArchiveRestore, ArrowLeft, FileUp, Pencil, Play, RefreshCw, SlidersHorizontal } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { toast } from "sonner";
import { type WorkflowId, workflowIdSchema } from "#runtime/graph/ids.ts";
import {
  archiveWorkflow,
  listWorkflows,
  listWorkflowVersions,
  readWorkflow,
  refreshWorkflow,
  restoreWorkflow,
  type WorkflowDetail,
} from "#server/contract/comfy-workflows.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi, useChange } from "../api/queries.ts";
import { NotFoundPage } from "../app/not-found-page.tsx";
import { MayButton } from "../session/may-button.tsx";
import { useWhyNotByRole } from "../session/use-may.ts";
import { AddToGraphButton } from "../tools/add-to-graph.tsx";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { Menu } from "../ui/menu.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { AboutDialog } from "./about-dialog.tsx";
import { MissingClasses, Notice } from "./notices.tsx";
import { OfferDialog } from "./offer-dialog.tsx";
import { OfferedPartsList, offeredOf } from "./offered-parts.tsx";
import { ReplaceDialog } from "./replace-dialog.tsx";
import { useComfyServers } from "./server-select.tsx";
import { TryDialog } from "./try-dialog.tsx";
import { VersionList } from "./version-list.tsx";
import { workflowNode } from "./workflow-node.ts";
import { CATEGORIES, counted } from "./workflow-words.ts";

const InnerGraph = lazy(async () => ({ default: (await import("./inner-graph.tsx")).InnerGraph }));

type Open = "about" | "offer" | "replace" | "try";

/** One workflow of the library: what is inside, what it takes and makes, its versions. */
export function WorkflowPage() {
  const { id } = useParams();
  const workflow = workflowIdSchema.safeParse(id);
  if (!workflow.success) return <NotFoundPage what="workflow" />;
  return <LoadedWorkflow key={workflow.data} id={workflow.data} />;
}

function LoadedWorkflow({ id }: { id: WorkflowId }) {
  const [params] = useSearchParams();
  const version = Number(params.get("version")) || undefined;
  const { data, error, isFetching, refetch } = useApi(readWorkflow, { params: { id }, query: { ...(version && { version }) } });
  useEffect(() => {
    if (data) document.title = `${data.name} · Heddle`;
  }, [data]);
  if (data) return <Workflow workflow={data} />;
  if (error) return <LoadError title="The workflow could not be loaded" text={errorText(error)} busy={isFetching} onRetry={() => void refetch()} />;
  return <Spinner className="m-auto" size={20} label="Loading the workflow" />;
}

function Workflow({ workflow }: { workflow: WorkflowDetail }) {
  const [tab, setTab] = useState("inside");
  const [open, setOpen] = useState<Open | undefined>(undefined);
  const { shown } = workflow;
  const close = () => setOpen(undefined);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <Header workflow={workflow} onOpen={setOpen} />
      <div className="flex flex-col gap-2 px-6 py-3 empty:hidden">
        {shown.number !== workflow.version && (
          <Notice tone="warning">
            This is version {shown.number}.{" "}
            <Link to={`/comfyui/${workflow.id}`} className="text-accent hover:underline">
              Look at the newest, version {workflow.version}
            </Link>
          </Notice>
        )}
        <MissingClasses missing={shown.missing} isFatal={false} />
        {shown.warnings.map((warning) => (
          <Notice key={warning} tone="warning">
            {warning}
          </Notice>
        ))}
      </div>
      <Tabs
        label="Parts of the workflow"
        value={tab}
        onChange={setTab}
        tabs={[
          { id: "inside", label: "Inside", content: <Inside workflow={workflow} /> },
          {
            id: "parts",
            label: "Inputs and outputs",
            content: (
              <div className="mx-auto max-w-3xl px-6 py-5">
                <OfferedPartsList content={shown.content} offered={offeredOf(shown.content)} />
              </div>
            ),
          },
          { id: "versions", label: `Versions (${workflow.version})`, content: <VersionList workflow={workflow} /> },
        ]}
      />
      {open === "about" && <AboutDialog workflow={workflow} onClose={close} />}
      {open === "offer" && <OfferDialog workflow={workflow} onClose={close} />}
      {open === "replace" && <ReplaceDialog workflow={workflow} onClose={close} />}
      {open === "try" && <TryDialog workflow={workflow} onClose={close} />}
    </div>
  );
}

function Inside({ workflow }: { workflow: WorkflowDetail }) {
  return (
    <div className="flex h-full min-h-80">
      <Suspense fallback={<Spinner className="m-auto" size={18} label="Loading the picture" />}>
        <InnerGraph content={workflow.shown.content} />
      </Suspense>
    </div>
  );
}

function Header({ workflow, onOpen }: { workflow: WorkflowDetail; onOpen(what: Open): void }) {
  const { name, description, category, tags, counts, archivedAt } = workflow;
  const node = workflowNode(workflow);
  return (
    <header className="flex flex-wrap items-start gap-x-4 gap-y-2 border-line border-b bg-surface px-6 py-4">
      <Link to="/comfyui" aria-label="All workflows" title="All workflows" className="mt-1 rounded-md p-1 text-ink-muted hover:bg-hover hover:text-ink">
        <ArrowLeft size={15} aria-hidden />
      </Link>
      <div className="min-w-60 flex-1">
        <h1 className="flex items-center gap-2 font-semibold text-lg">
          <span className="min-w-0 truncate">{name}</span>
          {archivedAt !== null && <Badge tone="warning">Archived</Badge>}
        </h1>
        {description !== "" && <p className="whitespace-pre-line text-ink-muted text-sm">{description}</p>}
        <p className="mt-1 flex flex-wrap items-center gap-1.5 text-ink-muted text-xs">
          {CATEGORIES[category].label} · {counted(counts.nodes, "node")} · {counted(counts.inputs, "input")} · {counted(counts.outputs, "output")}
          {tags.map((tag) => (
            <Badge key={tag}>{tag}</Badge>
          ))}
        </p>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <MoreMenu workflow={workflow} onOpen={onOpen} />
        {node && <AddToGraphButton label="Use in a graph…" node={node} />}
        <MayButton action="graph.create" look="primary" icon={<Play size={14} fill="currentColor" aria-hidden />} onClick={() => onOpen("try")}>
          Try it
        </MayButton>
      </div>
    </header>
  );
}

function MoreMenu({ workflow, onOpen }: { workflow: WorkflowDetail; onOpen(what: Open): void }) {
  const stale = [readWorkflow, listWorkflows, listWorkflowVersions];
  const { servers = [] } = useComfyServers();
  const archive = useChange(archiveWorkflow, { stale });
  const restore = useChange(restoreWorkflow, { stale });
  const refresh = useChange(refreshWorkflow, { stale });
  const reason = useWhyNotByRole("workflow.edit");
  const params = { id: workflow.id };
  const told = (text: string) => ({
    onSuccess: () => toast.success(text),
    onError: (error: unknown) => toast.error("That did not work", { description: errorText(error) }),
  });
  const disabled = reason !== undefined;
  const item = (label: string, icon: ReactNode, onSelect: () => void) => ({ type: "action" as const, label, icon, onSelect, disabled, detail: reason });
  const ask = (connection: (typeof servers)[number]) =>
    refresh.mutate(
      { params, body: { connection: connection.id } },
      {
        onSuccess: ({ isChanged, version }) =>
          isChanged ? toast.success(`${connection.name} says something else now: version ${version} was made`) : toast.success("Nothing has changed"),
        onError: (error) => toast.error(`${connection.name} could not be asked`, { description: errorText(error) }),
      },
    );
  return (
    <Menu
      trigger={<Button busy={refresh.isPending || archive.isPending || restore.isPending}>Change…</Button>}
      items={[
        item("Name, category and tags", <Pencil size={14} />, () => onOpen("about")),
        item("Inputs and outputs", <SlidersHorizontal size={14} />, () => onOpen("offer")),
        item("New version from a file", <FileUp size={14} />, () => onOpen("replace")),
        ...servers.map((server) => item(`Ask ${server.name} for choices anew`, <RefreshCw size={14} />, () => ask(server))),
        { type: "separator", id: "end" },
        workflow.archivedAt === null
          ? item("Archive", <Archive size={14} />, () => archive.mutate({ params }, told("Archived: graphs that use it go on")))
          : item("Take out of the archive", <ArchiveRestore size={14} />, () => restore.mutate({ params }, told("It is offered again"))),
      ]}
    />
  );
}
