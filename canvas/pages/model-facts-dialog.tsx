import { useState } from "react";
import { type ModelProvider, modelProviderSchema } from "#server/contract/model-settings.ts";
import { listConnectionModels, listModels, type ModelEntry, type ModelFacts, setModel } from "#server/contract/models.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { Button } from "../ui/button.tsx";
import { CheckList } from "../ui/check-list.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { FormError } from "../ui/form-error.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { PROVIDER_WORDS } from "./model-words.ts";

const ABILITIES = [
  { value: "images", label: "Sees pictures" },
  { value: "tools", label: "Calls tools" },
  { value: "structured", label: "Answers by a schema" },
  { value: "temperature", label: "Takes a temperature" },
  { value: "makesImages", label: "Makes pictures" },
] as const;
type Ability = (typeof ABILITIES)[number]["value"];

const PROVIDERS = modelProviderSchema.options.filter((provider) => provider !== "scripted");

interface Draft {
  provider: ModelProvider;
  model: string;
  title: string;
  contextTokens: string;
  maxOutputTokens: string;
  abilities: readonly Ability[];
  input: string;
  output: string;
  cachedInput: string;
  cacheWrite: string;
}

/** Says what a model costs and can do. */
export function ModelFactsDialog({ entry, onClose }: { entry: ModelEntry | undefined; onClose(): void }) {
  const [draft, setDraft] = useState<Draft>(() => toDraft(entry));
  const set = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const given = { params: { provider: draft.provider, model: draft.model.trim() } };
  const { formProps, errorsAt, problem, isBusy } = useRouteForm(setModel, { given, stale: [listModels, listConnectionModels], onDone: onClose });
  const body = () => toFacts(draft, entry);
  const actions = (
    <>
      <Button look="quiet" onClick={onClose}>
        Cancel
      </Button>
      <Button look="primary" type="submit" form="model-facts" busy={isBusy} disabled={draft.model.trim() === ""}>
        {entry ? "Save" : "Add model"}
      </Button>
    </>
  );
  const text = (id: Exclude<keyof Draft, "provider" | "abilities">, label: string, more: { path: string; placeholder?: string; required?: boolean }) => (
    <Field label={label} htmlFor={`model-${id}`} required={more.required ?? false} errors={errorsAt(more.path)}>
      <Input
        id={`model-${id}`}
        mono={id !== "title"}
        placeholder={more.placeholder}
        maxLength={200}
        value={draft[id]}
        onChange={(event) => set({ [id]: event.target.value })}
      />
    </Field>
  );
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={entry ? `Change "${entry.title}"` : "Add a model"}
      description="For this workspace. Prices are dollars for a million tokens; leave both empty where they are not known."
      actions={actions}
    >
      <form id="model-facts" className="flex flex-col gap-4" {...formProps(body)}>
        <FormError text={problem} />
        {!entry && (
          <>
            <Field label="Provider" htmlFor="model-provider">
              <Select
                id="model-provider"
                value={draft.provider}
                options={PROVIDERS.map((value) => ({ value, label: PROVIDER_WORDS[value].title }))}
                onChange={(value) => set({ provider: modelProviderSchema.parse(value) })}
              />
            </Field>
            {text("model", "Name, as the provider gives it", { path: "/model", placeholder: "llama3.3:70b", required: true })}
          </>
        )}
        {text("title", "Title", { path: "/title", placeholder: draft.model })}
        <Columns>
          {text("input", "Price of input", { path: "/prices/input", placeholder: "not known" })}
          {text("output", "Price of output", { path: "/prices/output", placeholder: "not known" })}
          {text("cachedInput", "Price of cached input", { path: "/prices/cachedInput", placeholder: "as input" })}
          {text("cacheWrite", "Price of writing the cache", { path: "/prices/cacheWrite", placeholder: "as input" })}
          {text("contextTokens", "Context in tokens", { path: "/contextTokens", placeholder: "not known" })}
          {text("maxOutputTokens", "Longest answer in tokens", { path: "/maxOutputTokens", placeholder: "not known" })}
        </Columns>
        <CheckList label="What it can do" options={ABILITIES} values={draft.abilities} onChange={(abilities) => set({ abilities })} />
      </form>
    </Dialog>
  );
}

function Columns({ children }: { children: React.ReactNode }) {
  return <div className="grid grid-cols-2 gap-4 max-sm:grid-cols-1">{children}</div>;
}

function toDraft(entry: ModelEntry | undefined): Draft {
  const { prices, abilities } = entry ?? {};
  return {
    ...{ provider: entry?.provider ?? "compatible", model: entry?.model ?? "", title: entry?.title ?? "" },
    contextTokens: entry?.contextTokens?.toString() ?? "",
    maxOutputTokens: entry?.maxOutputTokens?.toString() ?? "",
    abilities: ABILITIES.map(({ value }) => value).filter((ability) => abilities?.[ability] ?? ability !== "makesImages"),
    ...{ input: prices?.input ?? "", output: prices?.output ?? "", cachedInput: prices?.cachedInput ?? "", cacheWrite: prices?.cacheWrite ?? "" },
  };
}

/** What long prompts cost stays as it was: it is not shown here. */
function toFacts(draft: Draft, entry: ModelEntry | undefined): ModelFacts {
  const has = (ability: Ability) => draft.abilities.includes(ability);
  const tokens = (text: string) => (text.trim() === "" ? null : Number(text.replaceAll(/[\s,_]/g, "")));
  const price = (text: string) => text.trim().replace(/^\$/, "");
  const [input, output, cachedInput, cacheWrite] = [draft.input, draft.output, draft.cachedInput, draft.cacheWrite].map(price);
  const more = {
    ...(cachedInput && { cachedInput }),
    ...(cacheWrite && { cacheWrite }),
    ...(entry?.prices?.longPrompt && { longPrompt: entry.prices.longPrompt }),
  };
  return {
    title: draft.title.trim() || draft.model.trim(),
    contextTokens: tokens(draft.contextTokens),
    maxOutputTokens: tokens(draft.maxOutputTokens),
    abilities: {
      ...{ images: has("images"), tools: has("tools"), structured: has("structured"), temperature: has("temperature") },
      ...(has("makesImages") && { makesImages: true }),
    },
    prices: input || output ? { input: input ?? "", output: output ?? "", ...more } : null,
  };
}
