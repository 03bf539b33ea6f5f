import { useQueryClient } from "@tanstack/react-query";
import { Archive, Ellipsis, Pencil, PlugZap } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { type Connection, type ConnectionKind, deleteConnection, listConnections, listTools, testConnection } from "#server/contract/connections.ts";
import type { McpSettings } from "#server/contract/mcp-settings.ts";
import { listConnectionModels } from "#server/contract/models.ts";
import { errorText } from "../api/api-problem.ts";
import { keyOf, useChange } from "../api/queries.ts";
import { MayButton } from "../session/may-button.tsx";
import { useWhyNotByRole } from "../session/use-may.ts";
import { ConnectionParts } from "../tools/connection-parts.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Health } from "../ui/health.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Menu } from "../ui/menu.tsx";
import { AuthorizeConnection } from "./authorize-connection.tsx";
import { ComfyConnectionDialog } from "./comfyui-connection-dialog.tsx";
import { ComfyConnectionInfo } from "./comfyui-connection-info.tsx";
import { reachedBy } from "./command-line.ts";
import { ConnectionDialog } from "./connection-dialog.tsx";
import { ConnectionTestResult } from "./connection-test-result.tsx";
import { ModelConnectionDialog } from "./model-connection-dialog.tsx";
import { ConnectionModels, ModelConnectionInfo } from "./model-connection-info.tsx";

/** One connection: whether it answers, how it is reached, its tools or models. */
export function ConnectionDetail({ connection }: { connection: Connection }) {
  const [dialog, setDialog] = useState<"edit" | "archive" | undefined>(undefined);
  const cache = useQueryClient();
  const whyNot = useWhyNotByRole("connection.manage");
  const off = { disabled: whyNot !== undefined, detail: whyNot };
  const test = useChange(testConnection, { stale: [listConnections] });
  const startTest = () =>
    test.mutate(
      { params: { id: connection.id } },
      { onSuccess: () => [listTools, listConnectionModels].forEach((stale) => void cache.invalidateQueries({ queryKey: keyOf(stale) })) },
    );
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
        {connection.kind === "model" && <ModelConnectionInfo connection={connection} />}
        {connection.kind === "comfyui" && <ComfyConnectionInfo connection={connection} />}
        {connection.kind === "mcp" && <Reached settings={connection.settings} />}
        {connection.kind === "mcp" && wantsPerson(connection.settings) && <AuthorizeConnection connection={connection} />}
        {(test.data || test.error) && (
          <div className="border-line border-t px-4 py-3">
            <ConnectionTestResult result={test.data} error={test.error} />
          </div>
        )}
      </section>
      {connection.kind === "mcp" && <ConnectionParts connection={connection} />}
      {connection.kind === "model" && <ConnectionModels connection={connection} />}
      {dialog === "edit" && connection.kind === "mcp" && <ConnectionDialog connection={connection} onClose={() => setDialog(undefined)} />}
      {dialog === "edit" && connection.kind === "model" && <ModelConnectionDialog connection={connection} onClose={() => setDialog(undefined)} />}
      {dialog === "edit" && connection.kind === "comfyui" && <ComfyConnectionDialog connection={connection} onClose={() => setDialog(undefined)} />}
      {dialog === "archive" && <ArchiveDialog connection={connection} onClose={() => setDialog(undefined)} />}
    </div>
  );
}

function wantsPerson(settings: McpSettings | null): boolean {
  return settings !== null && settings.transport !== "stdio" && settings.auth.type === "oauth";
}

function Reached({ settings }: { settings: McpSettings | null }) {
  return (
    <div className="flex items-start gap-2 border-line border-t px-4 py-2.5">
      {settings ? (
        <>
          <code className="wrap-anywhere min-w-0 flex-1 text-xs leading-5">{reachedBy(settings)}</code>
          <CopyButton label={settings.transport === "stdio" ? "Copy the command" : "Copy the address"} text={() => reachedBy(settings)} />
        </>
      ) : (
        <p className="text-ink-faint text-xs leading-5">The command is shown to a person only.</p>
      )}
    </div>
  );
}

const ENDS: Readonly<Record<ConnectionKind, string>> = {
  mcp: "Its server is stopped. Nodes that use its tools stop working until they use another connection.",
  model: "Its key is destroyed. Nodes that use its models stop working until they use another connection.",
  comfyui: "The server itself goes on. Workflows that run on it stop working until they use another one.",
};

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
      text={ENDS[connection.kind]}
      confirm="Archive"
      busy={archive.isPending}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
