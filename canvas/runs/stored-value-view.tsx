import { Braces, File, Files, FileText, Image, Maximize2, Quote, Search, Table2, TextInitial } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { RunId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { StoredValue } from "#runtime/graph/stored-value.ts";
import { readValue } from "#server/contract/runs.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { formatBytes } from "../ui/format-bytes.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { ValueBody } from "./value-body.tsx";
import { type ValueViewKind, viewsOf } from "./value-views.ts";

export interface StoredValueViewProps {
  runId: RunId;
  /** What it is: a port's name. */
  name: string;
  /** Where it comes from or what it is. */
  detail?: string;
  value: StoredValue;
}

/** A value of a run under its name, as a table, an image, Markdown, text or JSON; a large one is loaded whole when asked for. */
export function StoredValueView({ runId, name, detail, value }: StoredValueViewProps) {
  if (value.type === "inline") return <WholeValue name={name} {...(detail !== undefined && { detail })} value={value.value} />;
  return <LargeValue runId={runId} name={name} {...(detail !== undefined && { detail })} value={value} />;
}

type LargeValueProps = Omit<StoredValueViewProps, "value"> & { value: Extract<StoredValue, { type: "blob" }> };

function LargeValue({ runId, name, detail, value: { hash, bytes, preview } }: LargeValueProps) {
  const { data, error, isFetching, refetch } = useApi(readValue, { params: { id: runId, hash } }, { enabled: false, isImmutable: true });
  if (data) return <WholeValue name={name} {...(detail !== undefined && { detail })} value={data.value} />;
  return (
    <ValueFrame name={name} detail={detail}>
      <div className="flex max-h-80 flex-col items-start gap-2 overflow-auto px-2.5 py-2">
        <pre className="wrap-anywhere whitespace-pre-wrap font-mono text-ink-muted text-xs leading-5">{preview}…</pre>
        {error && <p className="text-danger text-xs">{errorText(error)}</p>}
        <Button size="small" busy={isFetching} onClick={() => void refetch()}>
          Load whole ({formatBytes(bytes)})
        </Button>
      </div>
    </ValueFrame>
  );
}

const HEIGHT = 320;

/** A value under its name, in its views. */
export function WholeValue({ name, detail, value }: { name: string; detail?: string; value: Json }) {
  const [isLarge, setLarge] = useState(false);
  return (
    <>
      <Shown name={name} {...(detail !== undefined && { detail })} value={value} height={HEIGHT} onEnlarge={() => setLarge(true)} />
      <Dialog open={isLarge} onClose={() => setLarge(false)} title={name} {...(detail !== undefined && { description: detail })} wide>
        <Shown name={name} value={value} height={Math.round(window.innerHeight * 0.56)} />
      </Dialog>
    </>
  );
}

function Shown({ name, detail, value, height, onEnlarge }: { name: string; detail?: string; value: Json; height: number; onEnlarge?: () => void }) {
  const views = viewsOf(value);
  const [chosen, setChosen] = useState<ValueViewKind | undefined>(undefined);
  const [words, setWords] = useState<string | undefined>(undefined);
  const view = chosen && views.includes(chosen) ? chosen : (views[0] ?? "json");
  const isSearchable = (typeof value === "object" && value !== null) || (typeof value === "string" && value.length > 200);
  return (
    <ValueFrame
      name={name}
      detail={detail}
      aside={
        <>
          {views.length > 1 && <ViewSwitch name={name} views={views} view={view} onChange={setChosen} />}
          {isSearchable && view !== "image" && view !== "file" && view !== "files" && (
            <IconButton
              label={`Search in ${name}`}
              size="small"
              icon={<Search size={13} />}
              active={words !== undefined}
              onClick={() => setWords(words === undefined ? "" : undefined)}
            />
          )}
          <CopyButton label={`Copy ${name}`} text={() => (typeof value === "string" ? value : JSON.stringify(value, null, 2))} />
          {onEnlarge && <IconButton label={`Show ${name} large`} size="small" icon={<Maximize2 size={13} />} onClick={onEnlarge} />}
        </>
      }
    >
      {words !== undefined && (
        <div className="border-line border-b p-1.5">
          <SearchInput label={`Search in ${name}`} placeholder="Words in it" value={words} onChange={setWords} />
        </div>
      )}
      <ValueBody name={name} value={value} view={view} words={words ?? ""} height={height} />
    </ValueFrame>
  );
}

const VIEWS: Readonly<Record<ValueViewKind, { label: string; icon: ReactNode }>> = {
  file: { label: "File", icon: <File size={13} /> },
  files: { label: "Files", icon: <Files size={13} /> },
  passages: { label: "Passages", icon: <Quote size={13} /> },
  table: { label: "Table", icon: <Table2 size={13} /> },
  image: { label: "Image", icon: <Image size={13} /> },
  markdown: { label: "Rendered", icon: <FileText size={13} /> },
  json: { label: "JSON", icon: <Braces size={13} /> },
  text: { label: "Text", icon: <TextInitial size={13} /> },
};

interface ViewSwitchProps {
  name: string;
  views: readonly ValueViewKind[];
  view: ValueViewKind;
  onChange(view: ValueViewKind): void;
}

function ViewSwitch({ name, views, view, onChange }: ViewSwitchProps) {
  return (
    <span className="mr-1 flex rounded-md bg-hover">
      {views.map((kind) => (
        <IconButton
          key={kind}
          label={`${VIEWS[kind].label}: ${name}`}
          aria-pressed={kind === view}
          size="small"
          icon={VIEWS[kind].icon}
          active={kind === view}
          onClick={() => onChange(kind)}
        />
      ))}
    </span>
  );
}

function ValueFrame({ name, detail, aside, children }: { name: string; detail: string | undefined; aside?: ReactNode; children: ReactNode }) {
  return (
    <figure className="overflow-hidden rounded-md border border-line bg-sunken">
      <figcaption className="flex h-8 items-center gap-2 border-line border-b pr-1 pl-2.5">
        <span className="min-w-0 shrink-0 truncate font-medium font-mono text-xs">{name}</span>
        {detail !== undefined && <span className="min-w-0 flex-1 truncate text-2xs text-ink-faint">{detail}</span>}
        <span className="ml-auto flex shrink-0 items-center">{aside}</span>
      </figcaption>
      {children}
    </figure>
  );
}
