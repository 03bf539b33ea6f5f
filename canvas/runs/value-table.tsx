import { useState } from "react";
import type { Json } from "#runtime/graph/json.ts";
import { previewOf } from "../board/value-preview.ts";
import type { ValueTableData } from "./value-views.ts";

const ROW_HEIGHT = 26;
/** Rows drawn beyond what is seen, so that scrolling finds them there. */
const SPARE = 10;

export interface ValueTableProps extends ValueTableData {
  label: string;
  /** The rows that are shown. */
  places: readonly number[];
  /** Pixels it may take before it scrolls. */
  height: number;
}

/** A list of objects as a table; of thousands of rows only those in sight are drawn. */
export function ValueTable({ label, columns, rows, places, height }: ValueTableProps) {
  const [top, setTop] = useState(0);
  const from = Math.max(0, Math.floor(top / ROW_HEIGHT) - SPARE);
  const to = Math.min(places.length, Math.ceil((top + height) / ROW_HEIGHT) + SPARE);
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to take the focus, so that keys scroll it
      tabIndex={0}
      aria-label={label}
      className="overflow-auto"
      style={{ maxHeight: height }}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <table aria-rowcount={places.length + 1} className="w-max min-w-full border-collapse text-left font-mono text-xs">
        <thead>
          <tr>
            <HeadCell>#</HeadCell>
            {columns.map((column) => (
              <HeadCell key={column}>{column}</HeadCell>
            ))}
          </tr>
        </thead>
        <tbody>
          {from > 0 && <Gap height={from * ROW_HEIGHT} />}
          {places.slice(from, to).map((place, index) => (
            <tr key={place} aria-rowindex={from + index + 2} style={{ height: ROW_HEIGHT }} className="border-line border-t hover:bg-hover">
              <td className="pr-3 pl-2 text-ink-faint tabular-nums">{place}</td>
              {columns.map((column) => (
                <BodyCell key={column} value={memberOf(rows[place], column)} />
              ))}
            </tr>
          ))}
          {to < places.length && <Gap height={(places.length - to) * ROW_HEIGHT} />}
        </tbody>
      </table>
    </section>
  );
}

function memberOf(row: ValueTableData["rows"][number] | undefined, column: string): Json | undefined {
  return row && Object.hasOwn(row, column) ? row[column] : undefined;
}

function HeadCell({ children }: { children: string }) {
  return (
    <th scope="col" className="sticky top-0 z-10 h-7 whitespace-nowrap bg-sunken px-2 font-medium text-ink-faint">
      {children}
    </th>
  );
}

function BodyCell({ value }: { value: Json | undefined }) {
  const isText = typeof value === "string";
  const shown = value === undefined ? "" : isText ? value.replaceAll(/\s+/g, " ") : previewOf({ type: "inline", value });
  return (
    <td
      className={isText || value === undefined ? "max-w-56 truncate px-2" : "max-w-56 truncate px-2 text-ink-muted"}
      {...(isText && { title: value.slice(0, 400) })}
    >
      {shown}
    </td>
  );
}

function Gap({ height }: { height: number }) {
  return (
    <tr aria-hidden style={{ height }}>
      <td />
    </tr>
  );
}
