import { useId, useState } from "react";
import type { GraphId } from "#runtime/graph/ids.ts";
import type { ShareLevel } from "#server/contract/access.ts";
import { listShares, shareGraph } from "#server/contract/sharing.ts";
import { listPeople } from "#server/contract/workspaces.ts";
import { useApi } from "../api/queries.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { useSearch } from "../ui/use-search.ts";
import { LEVELS } from "./levels.ts";

/** Shares a graph with somebody by address; people of one's workspaces are proposed. */
export function SharePerson({ graphId }: { graphId: GraphId }) {
  const { typed, settled, set } = useSearch();
  const [level, setLevel] = useState<ShareLevel>("view");
  const list = useId();
  const people = useApi(listPeople, { query: settled === "" ? {} : { search: settled } });
  const form = useRouteForm(shareGraph, { given: { params: { id: graphId } }, stale: [listShares], onDone: () => set("") });
  const told = form.errorsAt("/email");
  const errors = told.length > 0 || form.problem === undefined ? told : [form.problem];
  return (
    <form {...form.formProps(() => ({ kind: "person", email: typed.trim(), level }))}>
      <Field label="Share with" htmlFor="share-email" errors={errors}>
        <div className="flex gap-2">
          <Input
            id="share-email"
            type="email"
            placeholder="ann@example.org"
            list={list}
            maxLength={254}
            value={typed}
            onChange={(event) => set(event.target.value)}
          />
          <datalist id={list}>
            {people.data?.items.map(({ id, name, email }) => (
              <option key={id} value={email}>
                {name}
              </option>
            ))}
          </datalist>
          <Select
            label="What they may do"
            className="w-32! shrink-0"
            value={level}
            options={LEVELS}
            onChange={(value) => setLevel(value === "edit" ? "edit" : "view")}
          />
          <Button type="submit" look="primary" className="h-8" busy={form.isBusy}>
            Share
          </Button>
        </div>
      </Field>
    </form>
  );
}
