import { Download, ScrollText } from "lucide-react";
import { useState } from "react";
import { auditActionSchema, listAudit } from "#server/contract/audit.ts";
import { hasCode } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { useApiPages } from "../api/queries.ts";
import { ListBox, PageFrame } from "../pages/page-frame.tsx";
import { PagedList } from "../pages/paged-list.tsx";
import { useWhyNotByRole } from "../session/use-may.ts";
import { Button } from "../ui/button.tsx";
import { endOfDay, startOfDay } from "../ui/days.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { NothingFits } from "../ui/nothing-fits.tsx";
import { PersonNotice } from "../ui/person-notice.tsx";
import { useSearch } from "../ui/use-search.ts";
import { AuditFilters, type Filters, NO_FILTERS } from "./audit-filters.tsx";
import { AuditTable } from "./audit-table.tsx";
import { ExportDialog } from "./export-dialog.tsx";
import { VerifyButton } from "./verify-button.tsx";

const PAGE = 50;

/** Who did what to which resource, when. */
export function AuditPage() {
  const whyNot = useWhyNotByRole("audit.read");
  if (whyNot === undefined) return <AuditLog />;
  return (
    <PageFrame title="Audit log" text="Who did what to which resource, when.">
      <ListBox>
        <EmptyState icon={<ScrollText size={18} aria-hidden />} title="You may not read the audit log" text={whyNot} />
      </ListBox>
    </PageFrame>
  );
}

function AuditLog() {
  const search = useSearch();
  const [filters, setFilters] = useState<Filters>(NO_FILTERS);
  const [isExporting, setExporting] = useState(false);
  const action = auditActionSchema.safeParse(filters.action).data;
  const from = startOfDay(filters.from);
  const to = endOfDay(filters.to);
  const filter = {
    ...(search.settled !== "" && { search: search.settled }),
    ...(action && { action }),
    ...(filters.actor !== "all" && { actor: filters.actor }),
    ...(filters.resource && { resource: filters.resource.id }),
    ...(from && { from }),
    ...(to && { to }),
  };
  const isFiltered = Object.keys(filter).length > 0;
  const entries = useApiPages(
    { id: listAudit.id, page: (cursor, signal) => call(listAudit, { query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal }) },
    filter,
  );
  const clear = () => {
    search.set("");
    setFilters(NO_FILTERS);
  };
  return (
    <PageFrame
      title="Audit log"
      text="Who did what to which resource, when. Entries are only ever added, and each day is sealed with a hash of the days before."
      actions={
        <>
          <VerifyButton />
          <Button icon={<Download size={14} aria-hidden />} onClick={() => setExporting(true)}>
            Export…
          </Button>
        </>
      }
      toolbar={<AuditFilters search={search} filters={filters} onChange={setFilters} {...(isFiltered && { onClear: clear })} />}
    >
      {hasCode(entries.error, "person-required") ? (
        <PersonNotice what="The audit log is shown only to a person." />
      ) : (
        <PagedList
          what="entries"
          query={entries}
          empty={
            isFiltered ? (
              <NothingFits title="No entry fits" onShowAll={clear} />
            ) : (
              <EmptyState
                icon={<ScrollText size={18} aria-hidden />}
                title="Nothing has been written down yet"
                text="Sign-ins, sharing, credentials, connections, publishing, runs by hand and decisions will stand here."
              />
            )
          }
        >
          {(items) => <AuditTable entries={items} onResource={(resource) => setFilters({ ...filters, resource })} />}
        </PagedList>
      )}
      {isExporting && <ExportDialog filter={filter} onClose={() => setExporting(false)} />}
    </PageFrame>
  );
}
