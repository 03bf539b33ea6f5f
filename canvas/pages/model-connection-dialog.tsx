import { useState } from "react";
import { type Connection, listConnections, type ModelConnection } from "#server/contract/connections.ts";
import { MODEL_PROVIDERS, type ModelProvider, modelSettingsSchema } from "#server/contract/model-settings.ts";
import { listConnectionModels } from "#server/contract/models.ts";
import { SecretField } from "../credentials/secret-field.tsx";
import { classes } from "../ui/classes.ts";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { ConnectionForm, knowsSettings } from "./connection-form.tsx";
import { type ModelDraft, PROVIDER_WORDS, toModelDraft, toModelSettings } from "./model-words.ts";
import { useCheckedSave } from "./use-checked-save.ts";

export interface ModelConnectionDialogProps {
  /** The one to change; absent, a new one is set up. */
  connection?: ModelConnection;
  onSaved?(connection: Connection): void;
  onClose(): void;
}

const STALE = [listConnections, listConnectionModels];

/** Sets up a provider of models, or changes how it is reached. */
export function ModelConnectionDialog({ connection, onSaved, onClose }: ModelConnectionDialogProps) {
  const before = connection?.settings ?? undefined;
  const [draft, setDraft] = useState<ModelDraft>(() => toModelDraft(before));
  const [typedName, setName] = useState(connection?.name);
  const name = typedName ?? PROVIDER_WORDS[draft.provider].name;
  const { save, error, isBusy, errorsOf } = useCheckedSave(connection, {
    kind: "model",
    schema: modelSettingsSchema,
    stale: STALE,
    onSaved: (saved) => {
      onSaved?.(saved);
      onClose();
    },
  });
  return (
    <ConnectionForm
      id="model-connection"
      connection={connection}
      title="Add a model provider"
      description="Where the models of your agents run."
      add="Add provider"
      name={name}
      onName={setName}
      error={error}
      errorsOf={errorsOf}
      isBusy={isBusy}
      isReady={name.trim() !== ""}
      onSave={() => save({ name: name.trim(), settings: knowsSettings(connection) ? toModelSettings(draft, before) : undefined })}
      onClose={onClose}
      before={!connection && <ProviderChoice chosen={draft.provider} onChoose={(provider) => setDraft({ ...draft, provider })} />}
    >
      <SettingsFields draft={draft} onChange={setDraft} errorsOf={errorsOf} hasKey={before?.apiKey !== undefined} />
    </ConnectionForm>
  );
}

function ProviderChoice({ chosen, onChoose }: { chosen: ModelProvider; onChoose(provider: ModelProvider): void }) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5">
      <legend className="mb-1.5 font-medium text-ink-muted text-xs">Provider</legend>
      <div className="grid grid-cols-2 gap-2 max-sm:grid-cols-1">
        {MODEL_PROVIDERS.map((provider) => (
          <label
            key={provider}
            className={classes(
              "flex cursor-pointer gap-2.5 rounded-lg border p-3 hover:border-line-strong has-focus-visible:ring-2 has-focus-visible:ring-accent",
              provider === chosen ? "border-accent bg-accent-soft" : "border-line bg-surface",
            )}
          >
            <input type="radio" name="provider" className="mt-1" checked={provider === chosen} onChange={() => onChoose(provider)} />
            <span className="min-w-0">
              <span className="block font-medium text-sm">{PROVIDER_WORDS[provider].title}</span>
              <span className="block text-ink-muted text-xs">{PROVIDER_WORDS[provider].text}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface SettingsFieldsProps {
  draft: ModelDraft;
  onChange(draft: ModelDraft): void;
  errorsOf(path: string): readonly string[];
  /** A key is stored. */
  hasKey: boolean;
}

function SettingsFields({ draft, onChange, errorsOf, hasKey }: SettingsFieldsProps) {
  const { provider } = draft;
  const set = (part: Partial<ModelDraft>) => onChange({ ...draft, ...part });
  const text = (id: keyof Omit<ModelDraft, "provider" | "apiKey">, label: string, more: { placeholder: string; description: string; required?: boolean }) => (
    <Field
      label={label}
      htmlFor={`model-connection-${id}`}
      required={more.required ?? false}
      description={more.description}
      errors={errorsOf(`/settings/${id}`)}
    >
      <Input
        id={`model-connection-${id}`}
        mono
        placeholder={more.placeholder}
        maxLength={2_000}
        value={draft[id]}
        onChange={(event) => set({ [id]: event.target.value })}
      />
    </Field>
  );
  return (
    <>
      {provider === "compatible" &&
        text("baseUrl", "Base URL", {
          placeholder: "http://localhost:11434/v1",
          required: true,
          description:
            "Usually ends with `/v1`. Ollama: `http://localhost:11434/v1`, vLLM: `http://localhost:8000/v1`. Addresses of this machine and of private networks are reached only where Heddle was started with them in `HEDDLE_EGRESS_ALLOW`, such as `localhost:11434`.",
        })}
      {provider !== "scripted" && (
        <SecretField
          label="Key"
          required={provider !== "compatible" && !hasKey}
          value={draft.apiKey}
          onChange={(apiKey) => set({ apiKey })}
          errors={errorsOf("/settings/apiKey")}
          description={keyHelp(provider, hasKey)}
        />
      )}
      {(provider === "anthropic" || provider === "openai") &&
        text("baseUrl", "Base URL", { placeholder: "The provider's own", description: "Only where a gateway stands before the provider." })}
      {provider === "openai" && text("organisation", "Organisation", { placeholder: "org-…", description: "Only where the key belongs to several." })}
      {text("defaultModel", "Default model", {
        placeholder: provider === "scripted" ? "helper" : "The name as the provider gives it",
        description: "Asked when a node names no model. Which ones there are is shown once the provider is added.",
      })}
    </>
  );
}

function keyHelp(provider: ModelProvider, hasKey: boolean): string {
  if (hasKey) return "Leave it empty to keep the present one. Another host needs a key of its own.";
  const usual = "It goes into the vault, is sent to this provider's host only, and cannot be read again.";
  return provider === "compatible" ? `${usual} Ollama and most servers of your own need none.` : usual;
}
