import { Plus } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import { ALL } from "#server/contract/tool-rule-of.ts";
import { errorText } from "../api/api-problem.ts";
import { MayButton } from "../session/may-button.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { EVERYBODY, RuleCell } from "./rule-cell.tsx";
import { SubjectIcon, SubjectPicker } from "./subject-picker.tsx";
import { type Subject, useSubjects } from "./use-subjects.ts";

/** Who may call a tool: everybody, and graphs and agents with a rule of their own. */
export function ToolRules({ connection, tool }: { connection: ConnectionId; tool: string }) {
  const { rules, error, retry, withRules } = useSubjects(connection);
  const [added, setAdded] = useState<readonly Subject[]>([]);
  const [isPicking, setPicking] = useState(false);
  if (error) return <LoadError title="The rules could not be loaded" text={errorText(error)} onRetry={retry} />;
  if (!rules) return <SkeletonRows label="Loading rules" />;
  const own = [...new Map([...withRules(tool), ...withRules(ALL), ...added].map((subject) => [subject.id, subject])).values()];
  return (
    <div className="flex flex-col gap-3">
      <p className="text-ink-muted text-sm">
        A rule for a graph or an agent counts before the one for everybody. The same rules for all tools of this server, side by side, are in the{" "}
        <Link to={`/tools?view=rules&connection=${connection}`} className="text-accent hover:underline">
          permissions
        </Link>
        .
      </p>
      <ul aria-label="Rules" className="divide-y divide-line rounded-md border border-line">
        <li className="flex items-center gap-3 px-3 py-1.5 text-sm">
          <span className="min-w-0 flex-1 font-medium">
            {EVERYBODY.name} <span className="font-normal text-ink-faint text-xs">all graphs and agents without a rule of their own</span>
          </span>
          <RuleCell rules={rules} cell={{ subject: ALL, connection, tool }} subjectName={EVERYBODY.name} toolName={tool} />
        </li>
        {own.map(({ id, name, kind }) => (
          <li key={id} className="flex items-center gap-3 px-3 py-1.5 text-sm">
            <SubjectIcon kind={kind} />
            <Link to={kind === "agent" ? `/agents/${id}` : `/graphs/${id}`} className="min-w-0 flex-1 truncate hover:text-accent">
              {name}
            </Link>
            <RuleCell rules={rules} cell={{ subject: id, connection, tool }} subjectName={name} toolName={tool} />
          </li>
        ))}
      </ul>
      <MayButton action="connection.manage" className="self-start" icon={<Plus size={14} aria-hidden />} onClick={() => setPicking(true)}>
        Add a graph or agent…
      </MayButton>
      {isPicking && (
        <SubjectPicker
          title="A rule of its own"
          description={`Who is to have another rule for ${tool} than everybody?`}
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
