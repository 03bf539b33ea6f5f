import { ImagePlus, SearchX } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Link } from "react-router";
import { listWorkflows, listWorkflowTags, WORKFLOW_CATEGORIES, type WorkflowCategory, type WorkflowSummary } from "#server/contract/comfy-workflows.ts";
import { call } from "../api/client.ts";
import { useApi, useApiPages } from "../api/queries.ts";
import { useThumbnail } from "../files/thumbnail.tsx";
import { PagedList } from "../pages/paged-list.tsx";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Icon } from "../ui/icon.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { Select } from "../ui/select.tsx";
import { useSearch } from "../ui/use-search.ts";
import { CATEGORIES, counted } from "./workflow-words.ts";

const PAGE = 48;
const ANY = "any";
const COVER = 320;

/** The workflows as cards, with what narrows them down. */
export function WorkflowLibrary({ importButton }: { importButton: ReactNode }) {
  const search = useSearch();
  const [category, setCategory] = useState<WorkflowCategory | typeof ANY>(ANY);
  const [tag, setTag] = useState<string>(ANY);
  const [shows, setShows] = useState<"used" | "archived">("used");
  const tags = useApi(listWorkflowTags, {}).data?.items ?? [];
  const filter = {
    ...(search.settled !== "" && { search: search.settled }),
    ...(category !== ANY && { category }),
    ...(tag !== ANY && { tag }),
    ...(shows === "archived" && { archived: "true" as const }),
  };
  const workflows = useApiPages(
    { id: listWorkflows.id, page: (cursor, signal) => call(listWorkflows, { query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal }) },
    filter,
  );
  const showAll = () => {
    search.set("");
    setCategory(ANY);
    setTag(ANY);
    setShows("used");
  };
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <SearchInput label="Search workflows" placeholder="Search by name, description or tag" value={search.typed} onChange={search.set} className="w-72" />
        <div className="w-44">
          <Select
            label="Category"
            value={category}
            options={[{ value: ANY, label: "All categories" }, ...WORKFLOW_CATEGORIES.map((value) => ({ value, label: CATEGORIES[value].label }))]}
            onChange={(value) => setCategory(WORKFLOW_CATEGORIES.find((each) => each === value) ?? ANY)}
          />
        </div>
        {tags.length > 0 && (
          <div className="w-40">
            <Select
              label="Tag"
              value={tag}
              options={[{ value: ANY, label: "All tags" }, ...tags.map((each) => ({ value: each.tag, label: `${each.tag} (${each.count})` }))]}
              onChange={setTag}
            />
          </div>
        )}
        <div className="w-36">
          <Select
            label="Which to show"
            value={shows}
            options={[
              { value: "used", label: "In use" },
              { value: "archived", label: "Archived" },
            ]}
            onChange={(value) => setShows(value === "archived" ? value : "used")}
          />
        </div>
      </div>
      <PagedList
        what="workflows"
        query={workflows}
        empty={
          Object.keys(filter).length > 0 ? (
            <EmptyState
              icon={<SearchX size={18} aria-hidden />}
              title="No workflow fits"
              text="No workflow fits the search and the filters."
              actions={<Button onClick={showAll}>Show all</Button>}
            />
          ) : (
            <EmptyState
              icon={<ImagePlus size={18} aria-hidden />}
              title="No workflows yet"
              text="Bring one from ComfyUI: its JSON, or a picture that it made. What it takes and what it makes is found by itself."
              actions={importButton}
            />
          )
        }
      >
        {(items) => (
          <ul aria-label="Workflows" className="grid grid-cols-[repeat(auto-fill,minmax(14rem,1fr))] gap-3">
            {items.map((workflow) => (
              <li key={workflow.id}>
                <WorkflowCard workflow={workflow} />
              </li>
            ))}
          </ul>
        )}
      </PagedList>
    </>
  );
}

function WorkflowCard({ workflow }: { workflow: WorkflowSummary }) {
  const { id, name, description, category, tags, version, counts, isIncomplete, cover } = workflow;
  const url = useThumbnail(cover ?? undefined, COVER);
  return (
    <Link to={`/comfyui/${id}`} className="flex h-full flex-col overflow-hidden rounded-lg border border-line bg-surface hover:border-line-strong">
      <span className="flex aspect-video w-full items-center justify-center overflow-hidden bg-sunken text-ink-faint">
        {url === undefined ? (
          <Icon name={CATEGORIES[category].icon} size={28} />
        ) : (
          <img src={url} alt="" draggable={false} className="size-full object-cover" />
        )}
      </span>
      <span className="flex min-w-0 flex-1 flex-col gap-1 px-3 py-2.5">
        <span className="flex items-center gap-2">
          <span className="min-w-0 flex-1 truncate font-medium text-sm" title={name}>
            {name}
          </span>
          <span className="shrink-0 text-2xs text-ink-muted">v{version}</span>
        </span>
        {description !== "" && <span className="line-clamp-2 text-ink-muted text-xs">{description}</span>}
        <span className="text-2xs text-ink-muted">
          {CATEGORIES[category].label} · {counted(counts.inputs, "input")} · {counted(counts.outputs, "output")}
        </span>
        {(isIncomplete || tags.length > 0) && (
          <span className="mt-auto flex flex-wrap gap-1 pt-1">
            {isIncomplete && <Badge tone="warning">Incomplete</Badge>}
            {tags.slice(0, 4).map((each) => (
              <Badge key={each}>{each}</Badge>
            ))}
          </span>
        )}
      </span>
    </Link>
  );
}
