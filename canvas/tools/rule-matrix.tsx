import { Plus } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import type { Tool } from "#server/contract/connections.ts";
import { ALL } from "#server/contract/tool-rule-of.ts";
import { errorText } from "../api/api-problem.ts";
import { MayButton } from "../session/may-button.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { HeadCell, Table } from "../ui/table.tsx";
import { EVERYBODY, RuleCell } from "./rule-cell.tsx";
import { SubjectIcon, SubjectPicker } from "./subject-picker.tsx";
import { type Subject, useSubjects } from "./use-subjects.ts";

/** Tools of a connection by who calls them: a rule in each cell. Arrows walk through the cells. */
export function RuleMatrix({ connection, tools }: { connection: ConnectionId; tools: readonly Pick<Tool, "name">[] }) {
  const { rules, error, retry, withRules, users } = useSubjects(connection);
  const [added, setAdded] = useState<readonly Subject[]>([]);
  const [isPicking, setPicking] = useState(false);
  if (error) return <LoadError title="The rules could not be loaded" text={errorText(error)} onRetry={retry} />;
  if (!rules) return <SkeletonRows label="Loading rules" />;
  const own = [...new Map([...withRules(), ...users, ...added].map((subject) => [subject.id, subject])).values()];
  const subjects = [{ ...EVERYBODY, kind: undefined }, ...own];
  const rows = [{ id: ALL, name: "All tools" }, ...tools.map(({ name }) => ({ id: name, name }))];
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <p className="flex flex-1 flex-wrap items-center gap-1.5 text-ink-faint text-xs">
          <Kbd keys="A" /> allow, <Kbd keys="S" /> ask, <Kbd keys="D" /> deny, <Kbd keys="Delete" /> no rule of its own; arrows walk.
        </p>
        <MayButton action="connection.manage" icon={<Plus size={14} aria-hidden />} onClick={() => setPicking(true)}>
          Add a graph or agent…
        </MayButton>
      </div>
      <div onKeyDownCapture={walk}>
        <Table label="Permissions">
          <thead>
            <tr>
              <HeadCell className="sticky left-0 min-w-56 bg-surface">Tool</HeadCell>
              {subjects.map(({ id, name, kind }) => (
                <HeadCell key={id} className="w-32">
                  <span className="flex max-w-40 items-center gap-1.5" title={name}>
                    {kind && <SubjectIcon kind={kind} />}
                    <span className="truncate">{name}</span>
                  </span>
                </HeadCell>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, y) => (
              <tr key={row.id} className="border-line border-b last:border-b-0">
                <th scope="row" className="sticky left-0 max-w-0 truncate bg-surface px-3 font-mono font-normal text-xs">
                  {row.id === ALL ? <span className="font-medium font-sans text-sm">{row.name}</span> : row.name}
                </th>
                {subjects.map(({ id, name }, x) => (
                  <td key={id} data-cell={`${x}/${y}`} className="px-1.5 py-1">
                    <RuleCell rules={rules} cell={{ subject: id, connection, tool: row.id }} subjectName={name} toolName={row.name} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </Table>
      </div>
      {isPicking && (
        <SubjectPicker
          title="Add a column"
          description="Whose rules do you want to set?"
          but={own.map(({ id }) => id)}
          onChoose={(subject) => {
            setAdded([...added, subject]);
            setPicking(false);
          }}
          onClose={() => setPicking(false)}
        />
      )}
    </div>
  );
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = STEPS[event.key];
  const cell = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-cell]") : null;
  if (!step || !cell || event.altKey || event.ctrlKey || event.metaKey) return;
  const [x = 0, y = 0] = (cell.dataset.cell ?? "").split("/").map(Number);
  event.preventDefault();
  event.stopPropagation();
  event.currentTarget.querySelector<HTMLElement>(`[data-cell="${x + step[0]}/${y + step[1]}"] button`)?.focus();
}
