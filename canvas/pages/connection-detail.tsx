import { useQueryClient } from "@tanstack/react-query";
import { Archive, Ellipsis, Pencil, PlugZap } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { type Connection, deleteConnection, listConnections, listTools, testConnection } from "#server/contract/connections.ts";
import { errorText } from "../api/api-problem.ts";
import { keyOf, useChange } from "../api/queries.ts";
import { MayButton } from "../session/may-button.tsx";
import { useWhyNotByRole } from "../session/use-may.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Menu } from "../ui/menu.tsx";
import { StatusDot } from "../ui/status.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { commandLine } from "./command-line.ts";
import { ConnectionDialog } from "./connection-dialog.tsx";
import { ConnectionTestResult } from "./connection-test-result.tsx";
import { ToolExplorer } from "./tool-explorer.tsx";

const HEALTH = { green: "Healthy", yellow: "Degraded", red: "Unreachable", unknown: "Not checked yet" } as const;

/** One connection: whether it answers, its command, its tools. */
export function ConnectionDetail({ connection }: { connection: Connection }) {
  const [dialog, setDialog] = useState<"edit" | "archive" | undefined>(undefined);
  const cache = useQueryClient();
  const whyNot = useWhyNotByRole("connection.manage");
  const off = { disabled: whyNot !== undefined, detail: whyNot };
  const test = useChange(testConnection, { stale: [listConnections] });
  const startTest = () => test.mutate({ params: { id: connection.id } }, { onSuccess: () => void cache.invalidateQueries({ queryKey: keyOf(listTools) }) });
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <section aria-label={connection.name} className="rounded-lg border border-line bg-surface">
        <header className="flex items-center gap-3 px-4 py-3">
          <div className="min-w-0 flex-1">
            <h2 className="truncate font-semibold text-lg">{connection.name}</h2>
            <Health health={connection.health} />
          </div>
          <MayButton action="connection.use" icon={<PlugZap size={14} aria-hidden />} busy={test.isPending} onClick={startTest}>
            Test
          </MayButton>
          <Menu
            trigger={<IconButton label={`Actions for ${connection.name}`} icon={<Ellipsis size={16} />} />}
            items={[
              { type: "action", label: "Change…", icon: <Pencil size={14} />, ...off, onSelect: () => setDialog("edit") },
              { type: "separator", id: "archive" },
              { type: "action", label: "Archive…", icon: <Archive size={14} />, danger: true, ...off, onSelect: () => setDialog("archive") },
            ]}
          />
        </header>
        <Command settings={connection.settings} />
        {(test.data || test.error) && (
          <div className="border-line border-t px-4 py-3">
            <ConnectionTestResult result={test.data} error={test.error} />
          </div>
        )}
      </section>
      <ToolExplorer connection={connection.id} />
      {dialog === "edit" && <ConnectionDialog connection={connection} onClose={() => setDialog(undefined)} />}
      {dialog === "archive" && <ArchiveDialog connection={connection} onClose={() => setDialog(undefined)} />}
    </div>
  );
}

function Health({ health }: { health: Connection["health"] }) {
  return (
    <p className="flex items-center gap-2 text-ink-muted text-xs">
      <StatusDot health={health.state} />
      <span className="min-w-0 truncate" title={health.detail}>
        {health.detail === "" ? HEALTH[health.state] : health.detail}
      </span>
      {health.checkedAt && (
        <span className="text-ink-faint">
          <TimeAgo time={health.checkedAt} />
        </span>
      )}
    </p>
  );
}

function Command({ settings }: { settings: Connection["settings"] }) {
  return (
    <div className="flex items-start gap-2 border-line border-t px-4 py-2.5">
      {settings ? (
        <>
          <code className="wrap-anywhere min-w-0 flex-1 text-xs leading-5">{commandLine(settings)}</code>
          <CopyButton label="Copy the command" text={() => commandLine(settings)} />
        </>
      ) : (
        <p className="text-ink-faint text-xs leading-5">The command is shown to a person only.</p>
      )}
    </div>
  );
}

function ArchiveDialog({ connection, onClose }: { connection: Connection; onClose(): void }) {
  const archive = useChange(deleteConnection, { stale: [listConnections] });
  const confirm = () =>
    archive.mutate(
      { params: { id: connection.id } },
      {
        onSuccess: () => {
          toast.success(`"${connection.name}" is archived`);
          onClose();
        },
        onError: (error) => toast.error("The connection was not archived", { description: errorText(error) }),
      },
    );
  return (
    <ConfirmDialog
      open
      title={`Archive "${connection.name}"?`}
      text="Its server is stopped. Nodes that use its tools stop working until they use another connection."
      confirm="Archive"
      busy={archive.isPending}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
