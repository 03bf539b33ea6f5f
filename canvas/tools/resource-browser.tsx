import { FileText, Folder } from "lucide-react";
import { useId, useState } from "react";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import { fillIn, variablesOf } from "#runtime/node/uri-template.ts";
import { type Resources, readResource } from "#server/contract/mcp.ts";
import { errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { MayButton } from "../session/may-button.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { NothingFits } from "../ui/nothing-fits.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { AddToGraphButton } from "./add-to-graph.tsx";
import { FoldedLine, LineTitle } from "./folded-line.tsx";
import { resourceNode } from "./offered-nodes.ts";
import { ResourceContentsView } from "./resource-contents.tsx";

const MOST = 200;

interface Offered {
  /** The address, or its template. */
  uri: string;
  name: string;
  title?: string | undefined;
  description?: string | undefined;
  mimeType?: string | undefined;
}

export type ResourceBrowserProps = { connection: ConnectionId } & Resources;

/** What a server has to read: each resource opened here, or read by a node. */
export function ResourceBrowser({ connection, resources, templates }: ResourceBrowserProps) {
  const [search, setSearch] = useState("");
  const all: Offered[] = [...templates.map(({ uriTemplate, ...about }) => ({ uri: uriTemplate, ...about })), ...resources];
  const wanted = search.trim().toLowerCase();
  const fitting = all.filter(({ uri, name, title = "", description = "" }) => `${uri} ${name} ${title} ${description}`.toLowerCase().includes(wanted));
  return (
    <section aria-label="Resources">
      <header className="flex items-center gap-3 border-line border-b px-4 py-2.5">
        <p className="text-ink-faint text-xs tabular-nums">
          {resources.length} resources, {templates.length} templates
        </p>
        <SearchInput label="Search resources" placeholder="Search resources" value={search} onChange={setSearch} className="ml-auto w-56" />
      </header>
      {fitting.length === 0 ? (
        <NothingFits title="No resource fits" text="Nothing in its name, address or description." />
      ) : (
        <ul>
          {fitting.slice(0, MOST).map((offered) => (
            <li key={offered.uri} className="border-line border-b last:border-b-0">
              <FoldedLine
                icon={variablesOf(offered.uri).length > 0 ? <Folder size={14} aria-hidden /> : <FileText size={14} aria-hidden />}
                title={<LineTitle title={offered.title ?? offered.name} detail={offered.uri} />}
                text={offered.description}
              >
                <Resource connection={connection} offered={offered} />
              </FoldedLine>
            </li>
          ))}
          {fitting.length > MOST && <li className="px-4 py-2 text-ink-faint text-xs">{fitting.length - MOST} more. Search to find them.</li>}
        </ul>
      )}
    </section>
  );
}

function Resource({ connection, offered }: { connection: ConnectionId; offered: Offered }) {
  const variables = variablesOf(offered.uri);
  const id = useId();
  const [values, setValues] = useState<Record<string, string>>({});
  const read = useChange(readResource);
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
  const node = resourceNode(connection, { ...offered, title: offered.title ?? offered.name }, variables.length > 0 ? given : undefined);
  return (
    <form
      aria-label={`Read ${offered.name}`}
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        read.mutate({ params: { id: connection }, body: { uri: fillIn(offered.uri, given) } });
      }}
    >
      {variables.map((name) => (
        <Field key={name} label={name} htmlFor={`${id}-${name}`}>
          <Input id={`${id}-${name}`} value={values[name] ?? ""} onChange={({ target }) => setValues({ ...values, [name]: target.value })} />
        </Field>
      ))}
      {variables.length > 0 && <code className="wrap-anywhere text-ink-faint text-xs">{fillIn(offered.uri, given)}</code>}
      <div className="flex gap-2">
        <MayButton action="connection.use" type="submit" busy={read.isPending}>
          Read
        </MayButton>
        {node && <AddToGraphButton label="Add as node…" node={node} />}
      </div>
      {read.error && (
        <p role="alert" className="wrap-anywhere whitespace-pre-wrap rounded-md bg-danger-soft px-3 py-2 text-sm">
          {errorText(read.error)}
        </p>
      )}
      {read.data && <ResourceContentsView contents={read.data} />}
    </form>
  );
}
