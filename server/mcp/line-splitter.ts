/** Bytes of both ends of an oversized line that are kept, to find out which request it answers. */
const KEPT_BYTES = 256;

export interface LineHandlers {
  onLine(line: string): void;
  /** A line over the limit was thrown away; its two ends are left. */
  onOversized(head: string, tail: string): void;
}

/** Cuts an output into lines; holds at most `maxBytes` however long a line gets. */
export function createLineSplitter(maxBytes: number, handlers: LineHandlers): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let size = 0;
  let oversized: { head: string; tail: Buffer } | undefined;

  const add = (part: Buffer) => {
    if (oversized) {
      oversized.tail = Buffer.concat([oversized.tail, part.subarray(-KEPT_BYTES)]).subarray(-KEPT_BYTES);
      return;
    }
    parts.push(part);
    size += part.length;
    if (size <= maxBytes) return;
    const line = Buffer.concat(parts);
    oversized = { head: line.toString("utf8", 0, KEPT_BYTES), tail: Buffer.from(line.subarray(-KEPT_BYTES)) };
    parts = [];
  };
  const finish = () => {
    if (oversized) handlers.onOversized(oversized.head, oversized.tail.toString("utf8"));
    else handlers.onLine((parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)).toString("utf8"));
    parts = [];
    size = 0;
    oversized = undefined;
  };

  return (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      add(chunk.subarray(start, end));
      finish();
      start = end + 1;
    }
    if (start < chunk.length) add(chunk.subarray(start));
  };
}
