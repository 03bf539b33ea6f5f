import type { AuditEntry } from "#server/contract/audit.ts";

export type ExportFormat = "jsonl" | "csv";

export interface ExportPage {
  items: readonly AuditEntry[];
  nextCursor?: string | undefined;
}

export interface ExportGiven {
  format: ExportFormat;
  /** One page of the entries, from a cursor on. */
  page(cursor: string | undefined, signal: AbortSignal): Promise<ExportPage>;
  signal: AbortSignal;
  /** How many entries there are so far. */
  onProgress(count: number): void;
}

const COLUMNS = ["number", "at", "actor", "actorName", "token", "action", "resourceKind", "resource", "resourceName", "address", "detail"] as const;

/** The entries as text, in parts. Throws the signal's reason when it is aborted. */
export async function exportAudit({ format, page, signal, onProgress }: ExportGiven): Promise<string[]> {
  const parts = format === "csv" ? [`${COLUMNS.join(",")}\r\n`] : [];
  let cursor: string | undefined;
  let count = 0;
  do {
    const { items, nextCursor } = await page(cursor, signal);
    signal.throwIfAborted();
    parts.push(items.map(format === "csv" ? toCsv : toJsonLine).join(""));
    count += items.length;
    onProgress(count);
    cursor = nextCursor;
  } while (cursor !== undefined);
  return parts;
}

function toJsonLine(entry: AuditEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

function toCsv({ number, at, actor, action, resource, address, detail }: AuditEntry): string {
  const cells = [number, at, actor.id, actor.name, actor.token ?? "", action, resource.kind, resource.id, resource.name, address, JSON.stringify(detail)];
  return `${cells.map((cell) => csvCell(String(cell))).join(",")}\r\n`;
}

/** RFC 4180; what a spreadsheet would take for a formula begins with an apostrophe. */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
