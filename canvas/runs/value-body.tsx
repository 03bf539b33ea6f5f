import type { ReactNode } from "react";
import type { Json } from "#runtime/graph/json.ts";
import { fileValueSchema } from "#runtime/node/port-value.ts";
import { StoredFile } from "../files/stored-file.tsx";
import { passagesOf } from "../knowledge/cited-passages.ts";
import { PassageList } from "../knowledge/passage-list.tsx";
import { JsonView } from "../ui/json-view.tsx";
import { Markdown } from "../ui/markdown.tsx";
import { ScrollBox } from "../ui/scroll-box.tsx";
import { filterJson, matchingRows } from "./filter-json.ts";
import { ValueTable } from "./value-table.tsx";
import { filesOf, imageOf, parsedText, tableOf, type ValueViewKind } from "./value-views.ts";

export interface ValueBodyProps {
  name: string;
  value: Json;
  view: ValueViewKind;
  /** Only what has these words in it. */
  words: string;
  /** Pixels it may take before it scrolls. */
  height: number;
}

/** A value in one of its views. */
export function ValueBody({ name, value, view, words, height }: ValueBodyProps) {
  switch (view) {
    case "file":
      return <FileBody name={name} value={value} height={height} />;
    case "files":
      return <FilesBody name={name} value={value} height={height} />;
    case "passages":
      return <PassagesBody name={name} value={value} words={words} height={height} />;
    case "table":
      return <TableBody name={name} value={value} words={words} height={height} />;
    case "image":
      return (
        <Scrolling name={name} height={height}>
          <img src={imageOf(value)} alt={name} className="max-w-full rounded-sm" />
        </Scrolling>
      );
    case "markdown":
      return (
        <Scrolling name={name} height={height}>
          <Markdown text={linesWith(String(value), words)} />
        </Scrolling>
      );
    case "text":
      return (
        <Scrolling name={name} height={height}>
          <pre className="wrap-anywhere whitespace-pre-wrap font-mono text-xs leading-5">{linesWith(String(value), words)}</pre>
        </Scrolling>
      );
    case "json":
      return <JsonBody name={name} value={typeof value === "string" ? (parsedText(value) ?? value) : value} words={words} height={height} />;
  }
}

function FileBody({ name, value, height }: Pick<ValueBodyProps, "name" | "value" | "height">) {
  const file = fileValueSchema.safeParse(value);
  if (!file.success) return null;
  return (
    <Scrolling name={name} height={height}>
      <StoredFile file={file.data} height={Math.max(80, height - 70)} />
    </Scrolling>
  );
}

function FilesBody({ name, value, height }: Pick<ValueBodyProps, "name" | "value" | "height">) {
  return (
    <Scrolling name={name} height={height}>
      <ul aria-label={name} className="flex flex-col gap-3">
        {filesOf(value)?.map((file, index) => (
          // the same file may be there twice
          // biome-ignore lint/suspicious/noArrayIndexKey: values do not change their places
          <li key={index}>
            <StoredFile file={file} height={Math.max(80, height - 70)} />
          </li>
        ))}
      </ul>
    </Scrolling>
  );
}

function PassagesBody({ name, value, words, height }: Omit<ValueBodyProps, "view">) {
  const wanted = words.trim().toLowerCase();
  const passages = passagesOf(value)?.filter(({ text, document }) => `${document.title}\n${text}`.toLowerCase().includes(wanted)) ?? [];
  if (passages.length === 0) return <Nothing words={words} />;
  return (
    <Scrolling name={name} height={height}>
      <PassageList label={name} passages={passages} />
    </Scrolling>
  );
}

function TableBody({ name, value, words, height }: Omit<ValueBodyProps, "view">) {
  const table = tableOf(value);
  if (!table) return null;
  const places = matchingRows(table.rows, words);
  return places.length === 0 ? <Nothing words={words} /> : <ValueTable label={name} {...table} places={places} height={height} />;
}

function JsonBody({ name, value, words, height }: Omit<ValueBodyProps, "view">) {
  const shown = filterJson(value, words);
  if (shown === undefined) return <Nothing words={words} />;
  return (
    <Scrolling name={name} height={height}>
      <JsonView key={words} value={shown} {...(words !== "" && { open: 20 })} />
    </Scrolling>
  );
}

function Scrolling({ name, height, children }: { name: string; height: number; children: ReactNode }) {
  return (
    <ScrollBox label={name} className="overflow-auto px-2.5 py-2" style={{ maxHeight: height }}>
      {children}
    </ScrollBox>
  );
}

function Nothing({ words }: { words: string }) {
  return <p className="px-2.5 py-2 text-ink-faint text-xs">Nothing in it has “{words}”.</p>;
}

function linesWith(text: string, words: string): string {
  const wanted = words.trim().toLowerCase();
  if (wanted === "") return text;
  const lines = text.split("\n").filter((line) => line.toLowerCase().includes(wanted));
  return lines.length === 0 ? `Nothing in it has “${words}”.` : lines.join("\n");
}
