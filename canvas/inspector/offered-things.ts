import type { ConnectionId } from "#runtime/graph/ids.ts";
import type { FieldHint } from "#runtime/node/fields.ts";
import { listPrompts, listResources } from "#server/contract/mcp.ts";
import { listConnectionModels } from "#server/contract/models.ts";
import { useApi } from "../api/queries.ts";

export type OfferedKind = NonNullable<FieldHint["offered"]>["what"];

/** Something that a connection offers for a field. */
interface OfferedThing {
  /** What the field holds then. */
  value: string;
  title: string;
  text: string;
}

/** What a connection offers; it is asked only while `enabled`, since that may start a server. */
export function useOffered(what: OfferedKind, connection: ConnectionId, enabled: boolean) {
  const params = { id: connection };
  const prompts = useApi(listPrompts, { params }, { enabled: enabled && what === "prompts" });
  const resources = useApi(listResources, { params }, { enabled: enabled && what === "resources" });
  const models = useApi(listConnectionModels, { params }, { enabled: enabled && what === "models" });
  switch (what) {
    case "prompts":
      return { ...stateOf(prompts), items: prompts.data?.items.map(({ name, title, description }) => thing(name, title, description)) };
    case "resources":
      return {
        ...stateOf(resources),
        items: resources.data && [
          ...resources.data.templates.map(({ uriTemplate, name, title, description }) => thing(uriTemplate, title ?? name, description)),
          ...resources.data.resources.map(({ uri, name, title, description }) => thing(uri, title ?? name, description)),
        ],
      };
    case "models":
      return { ...stateOf(models), items: models.data?.items.map(({ model, title, isDefault }) => thing(model, title, isDefault ? "The usual one" : "")) };
  }
}

function thing(value: string, title = value, text = ""): OfferedThing {
  return { value, title, text };
}

function stateOf({ error, isFetching, refetch }: { error: unknown; isFetching: boolean; refetch(): unknown }) {
  return { error, isFetching, refetch };
}
