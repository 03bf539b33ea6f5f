import { Plus, X } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Input } from "../ui/input.tsx";
import { newRow, type SettingsDraft, type SettingsFieldsProps } from "./mcp-settings-draft.ts";

/** How an MCP server is started. */
export function McpCommandFields({ draft, onChange, errorsAt }: SettingsFieldsProps) {
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

type RowsProps = Omit<SettingsFieldsProps, "errorsAt"> & { errors: readonly string[] };

function ArgumentRows({ draft, onChange, errors }: RowsProps) {
  const rows = draft.arguments;
  const write = (next: SettingsDraft["arguments"]) => onChange({ ...draft, arguments: next });
  return (
    <Field label="Arguments" description="One a row, each handed over exactly as it stands." errors={errors}>
      <Rows onAdd={() => write([...rows, newRow({ value: "" })])} add="Add argument">
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
      <Rows onAdd={() => write([...rows, newRow({ name: "", value: "", stored: false })])} add="Add variable">
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
