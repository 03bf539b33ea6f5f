import { X } from "lucide-react";
import { listMembers } from "#server/contract/workspaces.ts";
import { useApi } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { DayInput } from "../ui/day-input.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { Select } from "../ui/select.tsx";
import type { useSearch } from "../ui/use-search.ts";
import { ACTION_OPTIONS } from "./audit-words.ts";

export interface Filters {
  action: string;
  actor: string;
  resource: { id: string; name: string } | undefined;
  /** Days, as date inputs write them; empty: no bound. */
  from: string;
  to: string;
}

export const NO_FILTERS: Filters = { action: "all", actor: "all", resource: undefined, from: "", to: "" };

export interface AuditFiltersProps {
  search: ReturnType<typeof useSearch>;
  filters: Filters;
  onChange(filters: Filters): void;
  /** Absent: nothing is filtered. */
  onClear?(): void;
}

const LISTED = 200;

export function AuditFilters({ search, filters, onChange, onClear }: AuditFiltersProps) {
  const members = useApi(listMembers, { query: { limit: LISTED } });
  const people = [
    { value: "all", label: "Everybody" },
    ...(members.data?.items.map(({ id, name, email }) => ({ value: id, label: name, detail: email })) ?? []),
    { value: "local", label: "Owner of the installation", detail: "In single-user mode, and with the token file" },
    { value: "anonymous", label: "Somebody unknown" },
  ];
  return (
    <>
      <SearchInput label="Search the audit log" placeholder="Search names and details" value={search.typed} onChange={search.set} className="w-64" />
      <Select label="Who" className="w-44!" value={filters.actor} options={people} onChange={(actor) => onChange({ ...filters, actor })} />
      <Select label="What" className="w-52!" value={filters.action} options={ACTION_OPTIONS} onChange={(action) => onChange({ ...filters, action })} />
      <DayInput label="From" value={filters.from} max={filters.to} onChange={(from) => onChange({ ...filters, from })} />
      <DayInput label="To" value={filters.to} min={filters.from} onChange={(to) => onChange({ ...filters, to })} />
      {filters.resource && (
        <Button icon={<X size={13} aria-hidden />} className="max-w-60" onClick={() => onChange({ ...filters, resource: undefined })}>
          <span className="truncate">Only {filters.resource.name}</span>
        </Button>
      )}
      {onClear && (
        <Button look="quiet" onClick={onClear}>
          Clear
        </Button>
      )}
    </>
  );
}
