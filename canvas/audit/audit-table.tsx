import { ChevronRight } from "lucide-react";
import { useState } from "react";
import type { AuditEntry } from "#server/contract/audit.ts";
import { Button } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { JsonView } from "../ui/json-view.tsx";
import { Cell, HeadCell, Row, Table } from "../ui/table.tsx";
import { actionLabel } from "./audit-words.ts";

export interface AuditTableProps {
  entries: readonly AuditEntry[];
  /** Asks for what was done to one resource. */
  onResource(resource: { id: string; name: string }): void;
}

export function AuditTable({ entries, onResource }: AuditTableProps) {
  return (
    <Table label="Audit log">
      <thead>
        <tr>
          <HeadCell className="w-10">
            <span className="sr-only">Details</span>
          </HeadCell>
          <HeadCell className="w-44">When</HeadCell>
          <HeadCell className="w-44 min-w-28">Who</HeadCell>
          <HeadCell className="w-52 min-w-36">What</HeadCell>
          <HeadCell className="min-w-32">To</HeadCell>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <Entry key={entry.number} entry={entry} onResource={onResource} />
        ))}
      </tbody>
    </Table>
  );
}

const exact = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });

function Entry({ entry, onResource }: { entry: AuditEntry; onResource: AuditTableProps["onResource"] }) {
  const [isOpen, setOpen] = useState(false);
  const { number, at, actor, action, resource } = entry;
  const details = `audit-${number}`;
  return (
    <>
      <Row className={classes(isOpen && "border-b-transparent")}>
        <Cell className="pr-0">
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls={details}
            aria-label={`Details of entry ${number}`}
            onClick={() => setOpen(!isOpen)}
            className="flex size-6 items-center justify-center rounded-sm text-ink-faint hover:text-ink"
          >
            <ChevronRight size={14} className={classes("transition-transform duration-(--quick)", isOpen && "rotate-90")} aria-hidden />
          </button>
        </Cell>
        <Cell className="whitespace-nowrap text-ink-muted text-xs tabular-nums">
          <time dateTime={at}>{exact.format(new Date(at))}</time>
        </Cell>
        <Cell className="max-w-0 truncate">
          {actor.name}
          {actor.token !== null && <span className="text-ink-faint"> by token</span>}
        </Cell>
        <Cell className="max-w-0 truncate">{actionLabel(action)}</Cell>
        <Cell className="max-w-0 truncate text-ink-muted">{resource.name === "" ? resource.kind : resource.name}</Cell>
      </Row>
      {isOpen && (
        <tr id={details} className="border-line border-b last:border-b-0">
          <td colSpan={5} className="px-4 pb-3 pl-13">
            <Details entry={entry} onResource={onResource} />
          </td>
        </tr>
      )}
    </>
  );
}

function Details({ entry, onResource }: { entry: AuditEntry; onResource: AuditTableProps["onResource"] }) {
  const { number, actor, resource, address, detail } = entry;
  const facts: readonly (readonly [string, string])[] = [
    ["Entry", String(number)],
    ["Who", actor.id],
    ...(actor.token === null ? [] : [["API token", actor.token] as const]),
    ["From", address],
    ["To", `${resource.kind} ${resource.id}`],
  ];
  return (
    <div className="flex flex-col items-start gap-2 rounded-md border border-line bg-sunken p-3">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-xs">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-faint">{name}</dt>
            <dd className="wrap-anywhere font-mono">{value}</dd>
          </div>
        ))}
      </dl>
      {Object.keys(detail).length > 0 && <JsonView value={detail} />}
      <Button size="small" look="quiet" onClick={() => onResource({ id: resource.id, name: resource.name === "" ? resource.id : resource.name })}>
        Everything that was done to it
      </Button>
    </div>
  );
}
