import { describe, expect, it } from "vitest";
import type { AuditEntry } from "#server/contract/audit.ts";
import { csvCell, exportAudit } from "./export-audit.ts";

const entry = (number: number): AuditEntry => ({
  number,
  at: "2026-03-10T12:00:00.000Z",
  actor: { id: "user_1", name: 'Ann "A" Bell', token: null },
  action: "graph.published",
  resource: { kind: "graph", id: "graph_1", name: "Report, weekly" },
  detail: { revision: 3 },
  address: "127.0.0.1",
});
const pages = [{ items: [entry(3), entry(2)], nextCursor: "2" }, { items: [entry(1)] }];
const page = async (cursor: string | undefined) => pages[cursor === undefined ? 0 : 1] ?? { items: [] };

describe("exportAudit", () => {
  it("writes every page as JSON lines and tells how far it is", async () => {
    const counts: number[] = [];
    const parts = await exportAudit({ format: "jsonl", page, signal: new AbortController().signal, onProgress: (count) => counts.push(count) });
    const lines = parts.join("").trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).number)).toEqual([3, 2, 1]);
    expect(counts).toEqual([2, 3]);
  });

  it("writes CSV with a line of names, and quotes what needs it", async () => {
    const parts = await exportAudit({ format: "csv", page, signal: new AbortController().signal, onProgress: () => {} });
    const [names, first] = parts.join("").split("\r\n");
    expect(names).toMatch(/^number,at,actor,/);
    expect(first).toBe('3,2026-03-10T12:00:00.000Z,user_1,"Ann ""A"" Bell",,graph.published,graph,graph_1,"Report, weekly",127.0.0.1,"{""revision"":3}"');
  });

  it("stops when it is cancelled", async () => {
    const control = new AbortController();
    const asked: unknown[] = [];
    const slow = async (cursor: string | undefined) => {
      asked.push(cursor);
      control.abort();
      return page(cursor);
    };
    await expect(exportAudit({ format: "csv", page: slow, signal: control.signal, onProgress: () => {} })).rejects.toThrow();
    expect(asked).toHaveLength(1);
  });

  it("leaves no formula for a spreadsheet to run", () => {
    expect(csvCell('=HYPERLINK("http://a")')).toBe('"\'=HYPERLINK(""http://a"")"');
    expect(csvCell("-1")).toBe("'-1");
    expect(csvCell("plain")).toBe("plain");
  });
});
