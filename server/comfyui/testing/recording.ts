import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Recorded traffic of a real ComfyUI 0.3.64, where it is at hand; its format is in its README. */
const FOLDER = new URL("../../../../shared/fixtures/comfyui/", import.meta.url);

interface RecordedFrame {
  socket: string;
  text?: string;
  binary?: true;
  header_hex?: string;
  event_type?: number;
  node_id?: string;
  payload_text?: string;
  metadata?: unknown;
  payload_file?: string;
  event?: "open" | "closed" | "client_sent";
}

export interface RecordedCall {
  method: string;
  path: string;
  request_body?: unknown;
  status: number;
  response_body?: unknown;
  response_text?: string;
}

export interface Recording {
  scenario: string;
  about: string;
  http: RecordedCall[];
  ws: RecordedFrame[];
  [history: `history${string}`]: Record<string, unknown> | undefined;
}

export function hasRecordings(): boolean {
  return existsSync(FOLDER);
}

export function recordingsFolder(): string {
  return fileURLToPath(FOLDER);
}

export function readRecordings(): Recording[] {
  const names = hasRecordings() ? readdirSync(FOLDER).filter((name) => /^[a-z]\d?_.*\.json$/.test(name)) : [];
  return names.map((name) => readJson(name) as Recording).filter(({ http, ws }) => Array.isArray(http) && Array.isArray(ws));
}

export function readJson(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, FOLDER), "utf8"));
}

/** A frame as it was on the wire; of pictures that were not kept, the head with a few bytes. Undefined for what is no frame of the server. */
export function frameOf(frame: RecordedFrame): string | Buffer | undefined {
  if (frame.event !== undefined) return undefined;
  if (frame.text !== undefined) return frame.text;
  const payload = frame.payload_file === undefined ? Buffer.from([1, 2, 3]) : readFileSync(new URL(frame.payload_file, FOLDER));
  const head = (type: number, length: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32BE(type, 0);
    bytes.writeUInt32BE(length, 4);
    return bytes;
  };
  switch (frame.event_type) {
    case 3: {
      const node = Buffer.from(String(frame.node_id));
      return Buffer.concat([head(3, node.length), node, Buffer.from(frame.payload_text ?? "")]);
    }
    case 4: {
      const metadata = Buffer.from(JSON.stringify(frame.metadata));
      return Buffer.concat([head(4, metadata.length), metadata, payload]);
    }
    default:
      return Buffer.concat([Buffer.from(frame.header_hex ?? "", "hex"), payload]);
  }
}

/** Entries of the history, by id, wherever the recording holds them. An id that was asked for in vain has none. */
export function historyOf(recording: Recording): Map<string, unknown> {
  const entries = new Map<string, unknown>();
  const take = (answer: unknown) => {
    if (typeof answer !== "object" || answer === null) return;
    for (const [id, entry] of Object.entries(answer)) if (typeof entry === "object" && entry !== null && "status" in entry) entries.set(id, entry);
  };
  for (const [name, value] of Object.entries(recording)) if (name.startsWith("history")) take(value);
  for (const { path, response_body } of recording.http) if (path.startsWith("/history/")) take(response_body);
  return entries;
}

/** Ids of the prompts that were accepted. */
export function promptsOf({ http }: Recording): string[] {
  const ids = http.flatMap(({ method, path, status, response_body }) => {
    if (method !== "POST" || path !== "/prompt" || status !== 200) return [];
    return typeof response_body === "object" && response_body !== null && "prompt_id" in response_body ? [String(response_body.prompt_id)] : [];
  });
  return [...new Set(ids)];
}
