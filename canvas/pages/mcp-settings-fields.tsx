import { Plus, X } from "lucide-react";
import type { ReactNode } from "react";
import { type McpSettings, STORED_SECRET } from "#server/contract/connections.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Input } from "../ui/input.tsx";

/** Settings while they are typed: lists of rows, with keys that stay while rows come and go. */
export interface SettingsDraft {
  command: string;
  arguments: readonly { key: number; value: string }[];
  /** `stored`: it has a value that nobody gets to see, which stays until another one is typed. */
  environment: readonly { key: number; name: string; value: string; stored: boolean }[];
}

let nextKey = 0;

export function toDraft(settings: McpSettings | undefined): SettingsDraft {
  return {
    command: settings?.command ?? "",
    arguments: (settings?.arguments ?? []).map((value) => ({ key: nextKey++, value })),
    environment: Object.entries(settings?.environment ?? {}).map(([name, value]) => {
      const stored = value === STORED_SECRET;
      return { key: nextKey++, name, value: stored ? "" : value, stored };
    }),
  };
}

/** What was typed; variables without a name are left out. */
export function toSettings(draft: SettingsDraft): McpSettings {
  const named = draft.environment.filter(({ name }) => name.trim() !== "");
  const variables = named.map(({ name, value, stored }) => [name.trim(), stored && value === "" ? STORED_SECRET : value] as const);
  return {
    transport: "stdio",
    command: draft.command.trim(),
    arguments: draft.arguments.map(({ value }) => value),
    environment: Object.fromEntries(variables),
  };
}

export interface McpSettingsFieldsProps {
  draft: SettingsDraft;
  onChange(draft: SettingsDraft): void;
  errorsAt(path: string): readonly string[];
}

export function McpSettingsFields({ draft, onChange, errorsAt }: McpSettingsFieldsProps) {
  return (
    <>
      <Field
        label="Command"
        htmlFor="connection-command"
        required
        description={'The path or name of a program, or "heddle:node" for the Node that runs Heddle.'}
        errors={errorsAt("/settings/command")}
      >
        <Input
          id="connection-command"
          mono
          placeholder="/usr/local/bin/my-mcp-server"
          maxLength={1_000}
          value={draft.command}
          onChange={(event) => onChange({ ...draft, command: event.target.value })}
        />
      </Field>
      <ArgumentRows draft={draft} onChange={onChange} errors={errorsAt("/settings/arguments")} />
      <VariableRows draft={draft} onChange={onChange} errors={errorsAt("/settings/environment")} />
    </>
  );
}

type RowsProps = Omit<McpSettingsFieldsProps, "errorsAt"> & { errors: readonly string[] };

function ArgumentRows({ draft, onChange, errors }: RowsProps) {
  const rows = draft.arguments;
  const write = (next: SettingsDraft["arguments"]) => onChange({ ...draft, arguments: next });
  return (
    <Field label="Arguments" description="One a row, each handed over exactly as it stands." errors={errors}>
      <Rows onAdd={() => write([...rows, { key: nextKey++, value: "" }])} add="Add argument">
        {rows.map((row, index) => (
          <div key={row.key} className="flex gap-1.5">
            <Input
              mono
              aria-label={`Argument ${index + 1}`}
              maxLength={4_000}
              value={row.value}
              onChange={(event) => write(rows.map((each) => (each === row ? { ...row, value: event.target.value } : each)))}
            />
            <Remove label={`Remove argument ${index + 1}`} onClick={() => write(rows.filter((each) => each !== row))} />
          </div>
        ))}
      </Rows>
    </Field>
  );
}

function VariableRows({ draft, onChange, errors }: RowsProps) {
  const rows = draft.environment;
  const write = (next: SettingsDraft["environment"]) => onChange({ ...draft, environment: next });
  const change = (row: (typeof rows)[number], part: Partial<typeof row>) => write(rows.map((each) => (each === row ? { ...row, ...part } : each)));
  return (
    <Field label="Environment" description="The program sees these variables and no others. Values are kept in the vault and not shown again." errors={errors}>
      <Rows onAdd={() => write([...rows, { key: nextKey++, name: "", value: "", stored: false }])} add="Add variable">
        {rows.map((row, index) => (
          <div key={row.key} className="flex gap-1.5">
            <Input
              mono
              aria-label={`Name of variable ${index + 1}`}
              placeholder="NAME"
              className="!w-2/5"
              value={row.name}
              onChange={(event) => change(row, { name: event.target.value })}
            />
            <Input
              mono
              aria-label={`Value of variable ${index + 1}`}
              placeholder={row.stored ? "stored; type to replace it" : "value"}
              maxLength={8_000}
              value={row.value}
              onChange={(event) => change(row, { value: event.target.value })}
            />
            <Remove label={`Remove variable ${index + 1}`} onClick={() => write(rows.filter((each) => each !== row))} />
          </div>
        ))}
      </Rows>
    </Field>
  );
}

function Rows({ children, onAdd, add }: { children: ReactNode; onAdd(): void; add: string }) {
  return (
    <div className="flex flex-col gap-1.5">
      {children}
      <Button size="small" look="quiet" className="-ml-1 self-start" icon={<Plus size={13} aria-hidden />} onClick={onAdd}>
        {add}
      </Button>
    </div>
  );
}

function Remove({ label, onClick }: { label: string; onClick(): void }) {
  return <IconButton label={label} icon={<X size={14} />} className="!size-8" onClick={onClick} />;
}
