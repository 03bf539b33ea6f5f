import { ShieldAlert } from "lucide-react";
import { useState } from "react";
import { type Connection, changeConnection, createConnection, listConnections, listTools, type McpConnection } from "#server/contract/connections.ts";
import type { StdioMcpSettings } from "#server/contract/mcp-settings.ts";
import { errorsAt, errorText, hasCode } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { FormError } from "../ui/form-error.tsx";
import { Input } from "../ui/input.tsx";
import { PersonNotice } from "../ui/person-notice.tsx";
import { commandLine } from "./command-line.ts";
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
  const create = useChange(createConnection, { stale: STALE });
  const change = useChange(changeConnection, { stale: STALE });
  const settings = toSettings(draft);
  // who may not see the command can still give it another name
  const knowsCommand = !connection || connection.settings !== null;
  const error = create.error ?? change.error;
  const isReady = name.trim() !== "" && (!knowsCommand || settings !== undefined);
  const options = {
    onSuccess: (saved: Connection) => {
      onSaved?.(saved);
      onClose();
    },
  };
  const save = () => {
    if (!isReady) return;
    if (connection) change.mutate({ params: { id: connection.id }, body: { name: name.trim(), ...(knowsCommand && settings && { settings }) } }, options);
    else if (settings) create.mutate({ body: { kind: "mcp", name: name.trim(), settings } }, options);
  };
  const actions = (
    <>
      <Button look="quiet" onClick={onClose}>
        Cancel
      </Button>
      <Button look="primary" type="submit" form="connection" busy={create.isPending || change.isPending} disabled={!isReady}>
        {connection ? "Save" : draft.transport === "stdio" ? "Add and start" : "Add and connect"}
      </Button>
    </>
  );
  const errorsOf = (path: string) => errorsAt(error, path);
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={connection ? `Change "${connection.name}"` : "Add an MCP server"}
      description="A program that speaks MCP, on this machine or at an address."
      actions={actions}
    >
      <form
        id="connection"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        {error &&
          (hasCode(error, "person-required") ? <PersonNotice what="Only a person says how a connection is made." /> : <FormError text={errorText(error)} />)}
        <Field label="Name" htmlFor="connection-name" required errors={errorsOf("/name")}>
          <Input
            id="connection-name"
            autoFocus
            placeholder="Files of the project"
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        {knowsCommand ? (
          <>
            <McpSettingsFields draft={draft} onChange={setDraft} errorsAt={errorsOf} />
            {draft.transport === "stdio" && <WholeCommand settings={settings?.transport === "stdio" ? settings : undefined} />}
          </>
        ) : (
          <PersonNotice what="How it is reached is shown, and can be changed, only to a person." />
        )}
      </form>
    </Dialog>
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
