import { ShieldAlert } from "lucide-react";
import { useState } from "react";
import { type Connection, listConnections, listTools, type McpConnection } from "#server/contract/connections.ts";
import type { StdioMcpSettings } from "#server/contract/mcp-settings.ts";
import { errorsAt } from "../api/api-problem.ts";
import { commandLine } from "./command-line.ts";
import { ConnectionForm, knowsSettings, useSaveConnection } from "./connection-form.tsx";
import { type SettingsDraft, toDraft, toSettings } from "./mcp-settings-draft.ts";
import { McpSettingsFields } from "./mcp-settings-fields.tsx";

export interface ConnectionDialogProps {
  /** The one to change; absent, a new one is set up. */
  connection?: McpConnection;
  onSaved?(connection: Connection): void;
  onClose(): void;
}

const STALE = [listConnections, listTools];

/** Sets up an MCP server that is started, or reached at an address, or changes how. */
export function ConnectionDialog({ connection, onSaved, onClose }: ConnectionDialogProps) {
  const [name, setName] = useState(connection?.name ?? "");
  const [draft, setDraft] = useState<SettingsDraft>(() => toDraft(connection?.settings ?? undefined));
  const { save, error, isBusy } = useSaveConnection(connection, {
    stale: STALE,
    onSaved: (saved) => {
      onSaved?.(saved);
      onClose();
    },
  });
  const settings = toSettings(draft);
  const isKnown = knowsSettings(connection);
  const errorsOf = (path: string) => errorsAt(error, path);
  return (
    <ConnectionForm
      id="connection"
      connection={connection}
      title="Add an MCP server"
      description="A program that speaks MCP, on this machine or at an address."
      add={draft.transport === "stdio" ? "Add and start" : "Add and connect"}
      name={name}
      namePlaceholder="Files of the project"
      onName={setName}
      error={error}
      errorsOf={errorsOf}
      isBusy={isBusy}
      isReady={name.trim() !== "" && (!isKnown || settings !== undefined)}
      onSave={() => save({ kind: "mcp", name: name.trim(), settings: isKnown ? settings : undefined })}
      onClose={onClose}
    >
      <McpSettingsFields draft={draft} onChange={setDraft} errorsAt={errorsOf} />
      {draft.transport === "stdio" && <WholeCommand settings={settings?.transport === "stdio" ? settings : undefined} />}
    </ConnectionForm>
  );
}

function WholeCommand({ settings }: { settings: StdioMcpSettings | undefined }) {
  return (
    <div className="overflow-hidden rounded-md border border-warning/40">
      <div className="border-line border-b bg-sunken px-3 py-2">
        <p className="mb-1 text-2xs text-ink-faint">What Heddle will start, as you, without a shell and with nothing else in its environment:</p>
        <code className="wrap-anywhere block text-xs leading-5">{settings ? commandLine(settings) : <span className="text-ink-faint">…</span>}</code>
      </div>
      <div className="flex gap-2.5 bg-warning-soft px-3 py-2">
        <ShieldAlert size={15} className="mt-0.5 shrink-0 text-warning" aria-hidden />
        <p className="text-xs">
          This program runs with your rights on this machine: it can read your files and reach your network, and Heddle's guard on outgoing calls does not see
          what it does. Add only what you trust.
        </p>
      </div>
    </div>
  );
}
