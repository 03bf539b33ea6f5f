import type { ReactNode } from "react";
import type { Action } from "#server/contract/access.ts";
import { errorText } from "../api/api-problem.ts";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import type { useSearch } from "../ui/use-search.ts";
import { type ControlProps, useForm } from "./form-context.ts";
import { MembersOnly } from "./members-only.tsx";

/** Things listed at once; beyond them there is a search. */
const LISTED = 100;

/** The query of a list of things to choose from. */
export function listedBy(search: string): { limit: number; search?: string } {
  return { limit: LISTED, ...(search !== "" && { search }) };
}

interface Thing {
  id: string;
  name: string;
}

interface LibrarySelectProps<Item extends Thing> {
  control: ControlProps;
  /** Of one and of all, as in "Choose a graph…" and "No graphs yet". */
  nouns: { one: string; all: string };
  /** What the search looks at; absent: the name. */
  searchedBy?: string;
  /** Who may not do this is told why there is nothing to choose from. */
  action: Action;
  search: ReturnType<typeof useSearch>;
  /** What was asked for with `listedBy`. */
  found: { data?: { items: readonly Item[]; nextCursor?: string | undefined } | undefined; error: unknown };
  detailOf(item: Item): string;
  /** The chosen one, when it is not among what was found. */
  unlisted?: { id: string; name?: string | undefined } | undefined;
  /** What there is to say of the chosen one, and the way to it. */
  children?: ReactNode;
}

/** One of the things of a library, with a search once there are many. */
export function LibrarySelect<Item extends Thing>({
  control,
  nouns,
  searchedBy = "name",
  action,
  search,
  found,
  detailOf,
  unlisted,
  children,
}: LibrarySelectProps<Item>) {
  const { readOnly } = useForm();
  const items = found.data?.items;
  const options = (items ?? []).map((item) => ({ value: item.id, label: item.name, detail: detailOf(item) }));
  const chosen = unlisted?.id ?? items?.find(({ id }) => id === control.value)?.id;
  const isLong = found.data?.nextCursor !== undefined || search.typed !== "";
  const nothing = search.settled === "" ? `No ${nouns.all} yet` : `No ${nouns.one} fits`;
  return (
    <div className="flex flex-col gap-1.5">
      {isLong && !readOnly && (
        <Input
          aria-label={`Search ${nouns.all}`}
          placeholder={`Search by ${searchedBy}`}
          value={search.typed}
          onChange={(event) => search.set(event.target.value)}
        />
      )}
      <Select
        id={control.id}
        value={chosen}
        options={unlisted ? [...options, { value: unlisted.id, label: unlisted.name ?? unlisted.id }] : options}
        onChange={control.onChange}
        invalid={control.invalid}
        disabled={readOnly}
        placeholder={items?.length === 0 ? nothing : `Choose a ${nouns.one}…`}
      />
      {found.error !== null && <p className="text-danger text-xs">{errorText(found.error)}</p>}
      {!readOnly && <MembersOnly action={action} what={nouns.all} />}
      {children}
    </div>
  );
}
