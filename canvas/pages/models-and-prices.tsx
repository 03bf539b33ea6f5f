import { Ellipsis, Pencil, Plus, RotateCcw } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { listConnectionModels, listModels, type ModelEntry, resetModel } from "#server/contract/models.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi, useChange } from "../api/queries.ts";
import { MayButton } from "../session/may-button.tsx";
import { useWhyNotByRole } from "../session/use-may.ts";
import { Badge } from "../ui/badge.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { Menu } from "../ui/menu.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { Section } from "../ui/section.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { ActionsHeadCell, Cell, HeadCell, Row, Table } from "../ui/table.tsx";
import { useSearch } from "../ui/use-search.ts";
import { ModelFactsDialog } from "./model-facts-dialog.tsx";
import { PROVIDER_WORDS, priceWords, sizeWords } from "./model-words.ts";

/** The models that Heddle knows, with what they cost here. */
export function ModelsAndPrices() {
  const search = useSearch();
  const [edited, setEdited] = useState<ModelEntry | "new" | undefined>(undefined);
  const { data, error, refetch } = useApi(listModels, { query: {} });
  const wanted = search.settled.toLowerCase();
  const models = data?.items.filter(({ model, title, provider }) => `${model} ${title} ${provider}`.toLowerCase().includes(wanted)) ?? [];
  return (
    <Section
      title="Models and prices"
      text="What models cost and can do. Costs of runs are counted with these prices; correct them where your contract differs."
      actions={
        <MayButton action="connection.manage" icon={<Plus size={14} aria-hidden />} onClick={() => setEdited("new")}>
          Add model
        </MayButton>
      }
      toolbar={<SearchInput label="Search models" placeholder="Search by name or provider" value={search.typed} onChange={search.set} className="w-72" />}
    >
      {error ? (
        <LoadError title="The models could not be loaded" text={errorText(error)} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton className="h-40" />
      ) : models.length === 0 ? (
        <p className="rounded-lg border border-line bg-surface p-4 text-ink-muted text-sm">{`No model is called "${search.settled}" or like it.`}</p>
      ) : (
        <Table label="Models and prices">
          <thead>
            <tr>
              <HeadCell>Model</HeadCell>
              <HeadCell className="w-44 max-md:hidden">Provider</HeadCell>
              <HeadCell className="w-24">Context</HeadCell>
              <HeadCell className="w-48">Dollars per million tokens</HeadCell>
              <HeadCell className="w-28 max-md:hidden">As of</HeadCell>
              <ActionsHeadCell className="w-12" />
            </tr>
          </thead>
          <tbody>
            {models.map((entry) => (
              <ModelRow key={`${entry.provider}/${entry.model}`} entry={entry} onEdit={() => setEdited(entry)} />
            ))}
          </tbody>
        </Table>
      )}
      {edited && <ModelFactsDialog entry={edited === "new" ? undefined : edited} onClose={() => setEdited(undefined)} />}
    </Section>
  );
}

const ORIGIN = { shipped: undefined, changed: "changed", added: "added" } as const;

function ModelRow({ entry, onEdit }: { entry: ModelEntry; onEdit(): void }) {
  const whyNot = useWhyNotByRole("connection.manage");
  const reset = useChange(resetModel, { stale: [listModels, listConnectionModels] });
  const { provider, model, title, origin } = entry;
  const off = { disabled: whyNot !== undefined, detail: whyNot };
  const startReset = () =>
    reset.mutate(
      { params: { provider, model } },
      {
        onSuccess: () => toast.success(origin === "added" ? `"${model}" is removed` : `"${model}" is as it shipped`),
        onError: (error) => toast.error("The model was not reset", { description: errorText(error) }),
      },
    );
  const changes = [
    { type: "action" as const, label: "Change…", icon: <Pencil size={14} />, ...off, onSelect: onEdit },
    ...(origin === "shipped"
      ? []
      : [{ type: "action" as const, label: origin === "added" ? "Remove" : "Reset", icon: <RotateCcw size={14} />, ...off, onSelect: startReset }]),
  ];
  return (
    <Row>
      <Cell className="max-w-0">
        <div className="flex items-center gap-2">
          <span className="truncate font-medium">{title}</span>
          <span className="truncate font-mono text-2xs text-ink-faint">{model}</span>
          {ORIGIN[origin] && <Badge tone="accent">{ORIGIN[origin]}</Badge>}
        </div>
      </Cell>
      <Cell className="text-ink-muted text-xs max-md:hidden">{PROVIDER_WORDS[provider].title}</Cell>
      <Cell className="text-ink-muted text-xs">{sizeWords(entry.contextTokens)}</Cell>
      <Cell className="text-xs tabular-nums">{priceWords(entry)}</Cell>
      <Cell className="text-ink-faint text-xs max-md:hidden">{entry.asOf}</Cell>
      <Cell>{provider !== "scripted" && <Menu trigger={<IconButton label={`Actions for ${title}`} icon={<Ellipsis size={16} />} />} items={changes} />}</Cell>
    </Row>
  );
}
