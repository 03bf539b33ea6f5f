import { useState } from "react";
import { comfySettingsSchema } from "#server/contract/comfyui-settings.ts";
import { type ComfyConnection, type Connection, listConnections } from "#server/contract/connections.ts";
import { SecretField } from "../credentials/secret-field.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { type ComfyDraft, toComfyDraft, toComfySettings } from "./comfyui-settings-draft.ts";
import { ConnectionForm, knowsSettings } from "./connection-form.tsx";
import { useCheckedSave } from "./use-checked-save.ts";

export interface ComfyConnectionDialogProps {
  /** The one to change; absent, a new one is set up. */
  connection?: ComfyConnection;
  onSaved?(connection: Connection): void;
  onClose(): void;
}

const ID = "comfyui-connection";
const STALE = [listConnections];

/** Sets up a ComfyUI server, or changes how it is reached. */
export function ComfyConnectionDialog({ connection, onSaved, onClose }: ComfyConnectionDialogProps) {
  const before = connection?.settings ?? undefined;
  const [draft, setDraft] = useState<ComfyDraft>(() => toComfyDraft(before));
  const [name, setName] = useState(connection?.name ?? "ComfyUI");
  const { save, error, isBusy, errorsOf } = useCheckedSave(connection, {
    kind: "comfyui",
    schema: comfySettingsSchema,
    stale: STALE,
    onSaved: (saved) => {
      onSaved?.(saved);
      onClose();
    },
  });
  return (
    <ConnectionForm
      id={ID}
      connection={connection}
      title="Add a ComfyUI server"
      description="Runs workflows that make and change pictures."
      add="Add server"
      name={name}
      onName={setName}
      error={error}
      errorsOf={errorsOf}
      isBusy={isBusy}
      isReady={name.trim() !== ""}
      onSave={() => save({ name: name.trim(), settings: knowsSettings(connection) ? toComfySettings(draft, before) : undefined })}
      onClose={onClose}
    >
      <SettingsFields draft={draft} onChange={setDraft} errorsOf={errorsOf} isStored={before?.auth.type === draft.auth} />
    </ConnectionForm>
  );
}

const AUTH_OPTIONS = [
  { value: "none", label: "Nothing", detail: "As ComfyUI is by itself." },
  { value: "bearer", label: "A token", detail: "Authorization: Bearer …" },
  { value: "header", label: "A header", detail: "Such as X-Api-Key." },
];

interface SettingsFieldsProps {
  draft: ComfyDraft;
  onChange(draft: ComfyDraft): void;
  errorsOf(path: string): readonly string[];
  /** A value is stored for what is chosen. */
  isStored: boolean;
}

function SettingsFields({ draft, onChange, errorsOf, isStored }: SettingsFieldsProps) {
  const set = (part: Partial<ComfyDraft>) => onChange({ ...draft, ...part });
  const labelErrors = [...errorsOf("/settings/labels"), ...draft.labels.split(",").flatMap((_, index) => errorsOf(`/settings/labels/${index}`))];
  return (
    <>
      <Field
        label="Address"
        htmlFor={`${ID}-url`}
        required
        errors={errorsOf("/settings/baseUrl")}
        description="Where its page opens in a browser. Only the server of Heddle calls it. Addresses of this machine and of private networks are reached only where Heddle was started with them in `HEDDLE_EGRESS_ALLOW`, such as `127.0.0.1:8188`."
      >
        <Input
          id={`${ID}-url`}
          mono
          placeholder="http://127.0.0.1:8188"
          maxLength={2_000}
          value={draft.baseUrl}
          onChange={(event) => set({ baseUrl: event.target.value })}
        />
      </Field>
      <Field label="What it asks for" htmlFor={`${ID}-auth`} description="Only where a proxy stands before it.">
        <Select id={`${ID}-auth`} value={draft.auth} options={AUTH_OPTIONS} onChange={(auth) => set({ auth: auth as ComfyDraft["auth"] })} />
      </Field>
      {draft.auth === "header" && (
        <Field label="Header" htmlFor={`${ID}-header`} required errors={errorsOf("/settings/auth/name")}>
          <Input
            id={`${ID}-header`}
            mono
            placeholder="X-Api-Key"
            maxLength={100}
            value={draft.header}
            onChange={(event) => set({ header: event.target.value })}
          />
        </Field>
      )}
      {draft.auth !== "none" && (
        <SecretField
          label={draft.auth === "bearer" ? "Token" : "Value"}
          required={!isStored}
          value={draft.secret}
          onChange={(secret) => set({ secret })}
          errors={errorsOf("/settings/auth/value")}
          description={
            isStored
              ? "Leave it empty to keep the present one. Another host needs one of its own."
              : "It goes into the vault, is sent to this host only, and cannot be read again."
          }
        />
      )}
      <Field
        label="Labels"
        htmlFor={`${ID}-labels`}
        errors={labelErrors}
        description="Separated by commas. A workflow that names a label runs on the server with it that has the shortest queue."
      >
        <Input
          id={`${ID}-labels`}
          placeholder="gpu-large, video"
          maxLength={1_100}
          value={draft.labels}
          onChange={(event) => set({ labels: event.target.value })}
        />
      </Field>
    </>
  );
}
