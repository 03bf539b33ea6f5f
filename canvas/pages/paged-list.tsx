import type { ReactNode } from "react";
import { errorText } from "../api/api-problem.ts";
import { Button } from "../ui/button.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { ListBox } from "./page-frame.tsx";

export interface PagedListProps<Item> {
  /** What the items are, such as "graphs". */
  what: string;
  query: {
    items: readonly Item[] | undefined;
    error: unknown;
    isFetching: boolean;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    fetchNextPage(): unknown;
    refetch(): unknown;
  };
  /** Shown when there is none. */
  empty: ReactNode;
  children(items: readonly Item[]): ReactNode;
}

/** A list in every state it can be in: loading, failed, empty, there, with more to come. */
export function PagedList<Item>({ what, query, empty, children }: PagedListProps<Item>) {
  const { items, error } = query;
  if (!items && error) {
    return (
      <ListBox>
        <LoadError title={`The ${what} could not be loaded`} text={errorText(error)} busy={query.isFetching} onRetry={() => void query.refetch()} />
      </ListBox>
    );
  }
  if (!items) {
    return (
      <ListBox>
        <SkeletonRows label={`Loading ${what}`} />
      </ListBox>
    );
  }
  if (items.length === 0) return <ListBox>{empty}</ListBox>;
  return (
    <>
      {Boolean(error) && (
        <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-sm">
          This list may be out of date. {errorText(error)}
        </p>
      )}
      {children(items)}
      {query.hasNextPage && (
        <div className="flex justify-center">
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            More {what}
          </Button>
        </div>
      )}
    </>
  );
}
