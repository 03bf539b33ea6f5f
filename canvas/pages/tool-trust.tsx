import { ShieldAlert } from "lucide-react";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import { changeTool, listTools, type Tool } from "#server/contract/connections.ts";
import { searchTools } from "#server/contract/tools.ts";
import { errorText, hasCode } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { MayButton } from "../session/may-button.tsx";
import { useWhyNotByRole } from "../session/use-may.ts";
import { ToolDifference } from "../tools/tool-difference.tsx";
import { ToolUses } from "../tools/tool-uses.tsx";
import { PersonNotice } from "../ui/person-notice.tsx";
import { Switch } from "../ui/switch.tsx";

/** What a person holds of a tool, bound to the hash of what it says of itself now: that it only reads, and that a change of it is fine. */
export function ToolTrust({ connection, tool }: { connection: ConnectionId; tool: Tool }) {
  const change = useChange(changeTool, { stale: [listTools, searchTools] });
  const whyNot = useWhyNotByRole("connection.manage");
  const judge = (body: { readOnly?: boolean; approve?: true }) =>
    change.mutate({ params: { id: connection, name: tool.name }, body: { hash: tool.hash, ...body } });
  return (
    <div className="flex flex-col gap-3">
      {tool.quarantined && <Changed connection={connection} tool={tool} isBusy={change.isPending} onApprove={() => judge({ approve: true })} />}
      <div className="flex items-start gap-3">
        <Switch
          label="It only reads"
          checked={tool.readOnly}
          disabled={change.isPending || whyNot !== undefined}
          onChange={(readOnly) => judge({ readOnly })}
        />
        <div className="text-xs">
          <p className="font-medium">It only reads</p>
          <p className="text-ink-muted">
            Confirm that it changes nothing, and failed calls are repeated. Unconfirmed, a call that ends without proof of what happened asks a person.{" "}
            <span className="text-ink-faint">
              Holds for hash <code title={tool.hash}>{tool.hash.slice(0, 12)}</code>.
            </span>
          </p>
        </div>
      </div>
      {change.error &&
        (hasCode(change.error, "person-required") ? (
          <PersonNotice what="Only a person vouches for a tool." />
        ) : (
          <p role="alert" className="text-danger text-xs">
            {errorText(change.error)}
          </p>
        ))}
    </div>
  );
}

interface ChangedProps {
  connection: ConnectionId;
  tool: Tool;
  isBusy: boolean;
  onApprove(): void;
}

/** What differs from what was approved, and whom it concerns, before somebody approves it. */
function Changed({ connection, tool, isBusy, onApprove }: ChangedProps) {
  return (
    <section aria-label="What has changed" className="flex flex-col gap-3 rounded-md border border-danger/40 p-3">
      <div className="flex items-start gap-3">
        <ShieldAlert size={16} className="mt-0.5 shrink-0 text-danger" aria-hidden />
        <p className="min-w-0 flex-1 text-sm">
          This tool is not what was approved: its description or schema has changed. It does not run until somebody has read what it says now and approves it.
        </p>
      </div>
      {tool.approved ? (
        <ToolDifference tool={tool} approved={tool.approved} />
      ) : (
        <p className="text-ink-muted text-xs">What was approved is not kept here any more. Read its description and its schemas as they are now.</p>
      )}
      <div className="flex flex-col gap-1.5">
        <h4 className="font-medium text-ink-muted text-xs">Graphs and agents that wait for it</h4>
        <ToolUses connection={connection} tool={tool.name} />
      </div>
      <MayButton action="connection.manage" look="primary" className="self-start" busy={isBusy} onClick={onApprove}>
        Approve the change
      </MayButton>
    </section>
  );
}
