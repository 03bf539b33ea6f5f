import { useEffect, useRef, useState } from "react";
import { type AuditFilter, listAudit } from "#server/contract/audit.ts";
import { errorText } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { ChoiceList } from "../runs/choice-list.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FormError } from "../ui/form-error.tsx";
import { ProgressBar } from "../ui/progress-bar.tsx";
import { saveFile } from "../ui/save-file.ts";
import { type ExportFormat, exportAudit } from "./export-audit.ts";

const PAGE = 200;
const FORMATS = [
  { value: "jsonl", label: "JSON lines", text: "One entry a line, with all its details; for programs." },
  { value: "csv", label: "CSV", text: "For spreadsheets; the details of an entry stand in one cell, as JSON." },
];
type State = { type: "choosing"; error?: unknown } | { type: "running"; count: number } | { type: "done"; count: number };

/** Writes the entries that fit the filter into a file, page by page. */
export function ExportDialog({ filter, onClose }: { filter: Partial<Omit<AuditFilter, "limit" | "cursor">>; onClose(): void }) {
  const [format, setFormat] = useState<ExportFormat>("jsonl");
  const [state, setState] = useState<State>({ type: "choosing" });
  const control = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => control.current?.abort(), []);
  const start = async () => {
    const abort = new AbortController();
    control.current = abort;
    let count = 0;
    setState({ type: "running", count });
    try {
      const parts = await exportAudit({
        format,
        page: (cursor, signal) => call(listAudit, { query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal }),
        signal: abort.signal,
        onProgress: (now) => {
          count = now;
          setState({ type: "running", count });
        },
      });
      download(parts, format);
      setState({ type: "done", count });
    } catch (error) {
      setState(abort.signal.aborted ? { type: "choosing" } : { type: "choosing", error });
    }
  };
  const isRunning = state.type === "running";
  const actions = isRunning ? (
    <Button onClick={() => control.current?.abort()}>Cancel</Button>
  ) : (
    <>
      <Button look="quiet" onClick={onClose}>
        Close
      </Button>
      <Button look="primary" onClick={() => void start()}>
        Export
      </Button>
    </>
  );
  const which = Object.keys(filter).length > 0 ? "The entries that fit the filters above, newest first." : "All entries of this workspace, newest first.";
  return (
    <Dialog open onClose={onClose} title="Export the audit log" description={which} actions={actions}>
      <div className="flex flex-col gap-4">
        {state.type === "choosing" && <FormError text={state.error === undefined ? undefined : errorText(state.error)} />}
        <fieldset disabled={isRunning}>
          <ChoiceList label="Format" options={FORMATS} value={format} onChange={(value) => setFormat(value === "csv" ? "csv" : "jsonl")} />
        </fieldset>
        {isRunning && <ProgressBar label="Entries read" done={state.count} total={undefined} />}
        {state.type === "done" && (
          <p role="status" className="text-sm text-succeeded">
            {state.count.toLocaleString("en")} entries are in the file your browser has downloaded.
          </p>
        )}
      </div>
    </Dialog>
  );
}

function download(parts: string[], format: ExportFormat): void {
  saveFile(new Blob(parts, { type: format === "csv" ? "text/csv" : "application/jsonl" }), `heddle-audit-${new Date().toISOString().slice(0, 10)}.${format}`);
}
