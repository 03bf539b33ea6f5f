import { Bot, Plus, Workflow } from "lucide-react";
import type { ReactNode } from "react";
import { listAgents } from "#server/contract/agents.ts";
import { listGraphs } from "#server/contract/graphs.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi } from "../api/queries.ts";
import { Dialog } from "../ui/dialog.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { useSearch } from "../ui/use-search.ts";
import type { Subject } from "./use-subjects.ts";

const MOST = 30;

export interface SubjectPickerProps {
  title: string;
  description: string;
  /** Those that are chosen already are left out. */
  but?: readonly string[];
  /** Without agents. */
  onlyGraphs?: boolean;
  /** Above the list. */
  first?: ReactNode;
  onChoose(subject: Subject): void;
  onClose(): void;
}

/** One of the graphs and agents, found by name. */
export function SubjectPicker({ title, description, but = [], onlyGraphs = false, first, onChoose, onClose }: SubjectPickerProps) {
  const search = useSearch();
  const query = { limit: MOST, ...(search.settled !== "" && { search: search.settled }) };
  const graphs = useApi(listGraphs, { query });
  const agents = useApi(listAgents, { query }, { enabled: !onlyGraphs });
  const error = graphs.error ?? agents.error;
  const found: Subject[] = [
    ...(graphs.data?.items ?? []).map(({ id, name }) => ({ id, name, kind: "graph" as const })),
    ...(agents.data?.items ?? []).map(({ id, name }) => ({ id, name, kind: "agent" as const })),
  ].filter(({ id }) => !but.includes(id));
  return (
    <Dialog open onClose={onClose} title={title} description={description}>
      <div className="flex flex-col gap-3">
        <SearchInput
          label={onlyGraphs ? "Search graphs" : "Search graphs and agents"}
          placeholder="Search by name"
          value={search.typed}
          onChange={search.set}
        />
        {first}
        {error ? (
          <LoadError title="The graphs could not be loaded" text={errorText(error)} onRetry={() => void Promise.all([graphs.refetch(), agents.refetch()])} />
        ) : !graphs.data || (!agents.data && !onlyGraphs) ? (
          <SkeletonRows label="Loading graphs and agents" />
        ) : (
          <ul aria-label={onlyGraphs ? "Graphs" : "Graphs and agents"} className="divide-y divide-line rounded-md border border-line">
            {found.map((subject) => (
              <li key={subject.id}>
                <PickerLine icon={<SubjectIcon kind={subject.kind} />} onClick={() => onChoose(subject)}>
                  {subject.name}
                </PickerLine>
              </li>
            ))}
            {found.length === 0 && <li className="px-3 py-3 text-ink-muted text-sm">Nothing is called so.</li>}
          </ul>
        )}
      </div>
    </Dialog>
  );
}

export function SubjectIcon({ kind }: { kind: Subject["kind"] }) {
  const Icon = kind === "agent" ? Bot : Workflow;
  return <Icon size={14} className="shrink-0 text-ink-faint" aria-label={kind === "agent" ? "Agent" : "Graph"} />;
}

/** A line to choose that is no graph yet. */
export function NewLine({ children, isBusy, onClick }: { children: ReactNode; isBusy: boolean; onClick(): void }) {
  return (
    <div className="rounded-md border border-line border-dashed">
      <PickerLine icon={<Plus size={14} className="shrink-0 text-ink-faint" aria-hidden />} isBusy={isBusy} onClick={onClick}>
        {children}
      </PickerLine>
    </div>
  );
}

function PickerLine({ icon, children, isBusy = false, onClick }: { icon: ReactNode; children: ReactNode; isBusy?: boolean; onClick(): void }) {
  return (
    <button type="button" disabled={isBusy} onClick={onClick} className="flex w-full items-center gap-2 px-3 py-2 text-left text-sm hover:bg-hover">
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
    </button>
  );
}
