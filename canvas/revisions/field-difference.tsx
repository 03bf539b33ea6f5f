import type { FieldChange, RecordChange } from "#runtime/graph/diff.ts";
import type { Json } from "#runtime/graph/json.ts";
import { humanized } from "../inspector/form-model.ts";
import { JsonView } from "../ui/json-view.tsx";
import { fieldTitle } from "./change-words.ts";
import { TextDifference } from "./text-difference.tsx";

/** A text that fits on one line is shown before and after; a longer one by what differs in it. */
const SHORT = 60;

/** One field: what it was, and what it is. */
export function FieldDifference({ change, type }: { change: FieldChange; type?: string | undefined }) {
  return (
    <section className="flex flex-col gap-1">
      <h4 className="font-medium text-ink-muted text-xs">{fieldTitle(change.path, type)}</h4>
      <Difference change={change} />
    </section>
  );
}

function Difference({ change }: { change: FieldChange }) {
  switch (change.type) {
    case "value":
      return <BeforeAndAfter before={change.before} after={change.after} />;
    case "text":
      return isShort(change.before) && isShort(change.after) ? (
        <BeforeAndAfter before={change.before} after={change.after} />
      ) : (
        <TextDifference before={change.before} after={change.after} />
      );
    case "records":
      return (
        <ul className="flex flex-col gap-2">
          {change.isReordered && <li className="text-ink-faint text-xs">In another order</li>}
          {change.items.map((item) => (
            <li key={item.id} className="rounded-md border border-line px-2.5 py-2">
              <RecordDifference item={item} />
            </li>
          ))}
        </ul>
      );
  }
}

function isShort(text: string): boolean {
  return text.length <= SHORT && !text.includes("\n");
}

const RECORD = { added: "added", removed: "removed", changed: "changed" } as const;

function RecordDifference({ item }: { item: RecordChange }) {
  const record = item.type === "changed" ? item.after : item.record;
  const name = [record.title, record.name, record.label].find((text) => typeof text === "string" && text !== "") ?? item.id;
  return (
    <div className="flex flex-col gap-1.5">
      <p className="text-xs">
        <span className="font-medium">{String(name)}</span> <span className="text-ink-faint">{RECORD[item.type]}</span>
      </p>
      {item.type === "changed" ? (
        item.fields.map((field) => (
          <section key={field.path.join(".")} className="flex flex-col gap-1">
            <h5 className="text-ink-faint text-xs">{humanized(field.path.at(-1) ?? "")}</h5>
            <Difference change={field} />
          </section>
        ))
      ) : (
        <JsonView value={item.record} open={1} />
      )}
    </div>
  );
}

function BeforeAndAfter({ before, after }: { before: Json | undefined; after: Json | undefined }) {
  return (
    <dl className="grid grid-cols-[auto_1fr] items-baseline gap-x-2 gap-y-1 rounded-md border border-line bg-sunken px-2 py-1.5">
      <dt className="text-ink-faint text-xs">Before</dt>
      <dd className="min-w-0">
        <ValueShown value={before} isOld />
      </dd>
      <dt className="text-ink-faint text-xs">After</dt>
      <dd className="min-w-0">
        <ValueShown value={after} />
      </dd>
    </dl>
  );
}

function ValueShown({ value, isOld = false }: { value: Json | undefined; isOld?: boolean }) {
  if (value === undefined) return <span className="text-ink-faint text-xs italic">not set</span>;
  if (typeof value === "object" && value !== null) return <JsonView value={value} open={1} />;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (text === "") return <span className="text-ink-faint text-xs italic">empty</span>;
  return (
    <span className={`wrap-anywhere whitespace-pre-wrap font-mono text-xs ${isOld ? "text-danger line-through decoration-1" : "text-succeeded"}`}>{text}</span>
  );
}
