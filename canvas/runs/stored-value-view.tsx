import type { RunId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { StoredValue } from "#runtime/run/values.ts";
import { readValue } from "#server/contract/runs.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi } from "../api/queries.ts";
import { formatBytes } from "../board/value-preview.ts";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { JsonView } from "../ui/json-view.tsx";

export interface StoredValueViewProps {
  runId: RunId;
  /** What it is: a port's name. */
  name: string;
  /** Where it comes from or what it is. */
  detail?: string;
  value: StoredValue;
}

/** A value of a run under its name; a large one is loaded whole when asked for. */
export function StoredValueView({ runId, name, detail, value }: StoredValueViewProps) {
  return (
    <figure className="rounded-md border border-line bg-sunken">
      <figcaption className="flex h-8 items-center gap-2 border-line border-b pr-1 pl-2.5">
        <span className="min-w-0 truncate font-medium font-mono text-xs">{name}</span>
        {detail && <span className="min-w-0 flex-1 truncate text-2xs text-ink-faint">{detail}</span>}
        <span className="ml-auto">{value.type === "inline" && <CopyButton label={`Copy ${name}`} text={() => toText(value.value)} />}</span>
      </figcaption>
      <div className="max-h-80 overflow-auto px-2.5 py-2">
        {value.type === "inline" ? (
          <ValueBody value={value.value} />
        ) : (
          <LargeValue runId={runId} hash={value.hash} bytes={value.bytes} preview={value.preview} />
        )}
      </div>
    </figure>
  );
}

function ValueBody({ value }: { value: Json }) {
  const isText = typeof value === "string" && value !== "";
  return isText ? <pre className="wrap-anywhere whitespace-pre-wrap font-mono text-xs leading-5">{value}</pre> : <JsonView value={value} />;
}

function LargeValue({ runId, hash, bytes, preview }: { runId: RunId; hash: string; bytes: number; preview: string }) {
  const { data, error, isFetching, refetch } = useApi(readValue, { params: { id: runId, hash } }, { enabled: false, isImmutable: true });
  if (data) return <ValueBody value={data.value} />;
  return (
    <div className="flex flex-col items-start gap-2">
      <pre className="wrap-anywhere whitespace-pre-wrap font-mono text-ink-muted text-xs leading-5">{preview}…</pre>
      {error && <p className="text-danger text-xs">{errorText(error)}</p>}
      <Button size="small" busy={isFetching} onClick={() => void refetch()}>
        Load whole ({formatBytes(bytes)})
      </Button>
    </div>
  );
}

function toText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
