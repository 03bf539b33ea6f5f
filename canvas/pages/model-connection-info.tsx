import { FlaskConical } from "lucide-react";
import type { ModelConnection } from "#server/contract/connections.ts";
import { listConnectionModels } from "#server/contract/models.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi } from "../api/queries.ts";
import { Badge } from "../ui/badge.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { Section } from "../ui/section.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Cell, HeadCell, Row, Table } from "../ui/table.tsx";
import { useSearch } from "../ui/use-search.ts";
import { PROVIDER_WORDS, priceWords, sizeWords } from "./model-words.ts";

/** How the models of a connection are reached. */
export function ModelConnectionInfo({ connection }: { connection: ModelConnection }) {
  const { provider, settings, defaultModel } = connection;
  return (
    <>
      {provider === "scripted" && (
        <p className="flex gap-2.5 border-line border-t bg-warning-soft px-4 py-2.5 text-xs">
          <FlaskConical size={15} className="shrink-0 text-warning" aria-hidden />
          This is a demonstration: its answers come from scripts. No model is asked, and nothing is charged.
        </p>
      )}
      <dl className="grid grid-cols-[8rem_minmax(0,1fr)] gap-y-1 border-line border-t px-4 py-2.5 text-xs">
        <dt className="text-ink-faint">Provider</dt>
        <dd>{PROVIDER_WORDS[provider].title}</dd>
        {settings?.baseUrl && (
          <>
            <dt className="text-ink-faint">Base URL</dt>
            <dd className="wrap-anywhere font-mono">{settings.baseUrl}</dd>
          </>
        )}
        {settings && provider !== "scripted" && (
          <>
            <dt className="text-ink-faint">Key</dt>
            <dd>{settings.apiKey ? "in the vault" : "none"}</dd>
          </>
        )}
        <dt className="text-ink-faint">Default model</dt>
        <dd className="wrap-anywhere font-mono">{defaultModel ?? "none: every node names one"}</dd>
      </dl>
    </>
  );
}

/** What the provider offers now, with what is known of it. */
export function ConnectionModels({ connection }: { connection: ModelConnection }) {
  const search = useSearch();
  const { data, error, isPending } = useApi(listConnectionModels, { params: { id: connection.id } });
  const wanted = search.settled.toLowerCase();
  const models = data?.items.filter(({ model, title }) => `${model} ${title}`.toLowerCase().includes(wanted)) ?? [];
  return (
    <Section
      title="Models"
      text="What this provider offers now."
      toolbar={<SearchInput label="Search models of the provider" placeholder="Search models" value={search.typed} onChange={search.set} className="w-72" />}
    >
      {isPending ? (
        <Skeleton className="h-24" />
      ) : error ? (
        <p role="alert" className="wrap-anywhere rounded-lg border border-line bg-surface p-4 text-ink-muted text-sm">
          {errorText(error)}
        </p>
      ) : models.length === 0 ? (
        <p className="rounded-lg border border-line bg-surface p-4 text-ink-muted text-sm">
          {wanted === "" ? "It offers no models. Load one there first." : `No model is called "${search.settled}" or like it.`}
        </p>
      ) : (
        <Table label={`Models of ${connection.name}`}>
          <thead>
            <tr>
              <HeadCell>Model</HeadCell>
              <HeadCell className="w-28">Context</HeadCell>
              <HeadCell className="w-48">Dollars per million tokens</HeadCell>
            </tr>
          </thead>
          <tbody>
            {models.map(({ model, title, isDefault, facts }) => (
              <Row key={model}>
                <Cell className="max-w-0">
                  <div className="flex items-center gap-2">
                    <span className="truncate font-mono text-xs" title={title}>
                      {model}
                    </span>
                    {isDefault && <Badge tone="accent">default</Badge>}
                  </div>
                </Cell>
                <Cell className="text-ink-muted text-xs">{sizeWords(facts?.contextTokens ?? null)}</Cell>
                <Cell className="text-ink-muted text-xs tabular-nums">{priceWords({ prices: facts?.prices ?? null })}</Cell>
              </Row>
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  );
}
