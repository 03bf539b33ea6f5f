import { QueryClient, type QueryKey, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useContext } from "react";
import type { z } from "zod";
import type { Route } from "#server/contract/route.ts";
import { askOrRemember } from "../offline/kept-answers.ts";
import { call, type Given, isTransient } from "./client.ts";
import { Elsewhere } from "./elsewhere.ts";

const FRESH_MS = 5_000;
const MAX_RETRIES = 2;

/** Caches what the API answered; tries again what may go better next time. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: FRESH_MS, retry: (failures, error) => failures < MAX_RETRIES && isTransient(error) },
      mutations: { retry: false },
    },
  });
}

/** Where the cache keeps a route's answers: all of them, or the one to what was given. */
export function keyOf(route: Pick<Route, "id">, given?: object): QueryKey {
  return given === undefined ? [route.id] : [route.id, given];
}

interface QueryOptions {
  enabled?: boolean;
  /** Asks again every so many milliseconds. */
  every?: number;
  /** Never changes once it is known, such as a revision. */
  isImmutable?: boolean;
}

/** A route's answer, cached. */
export function useApi<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType, Answer extends z.ZodType>(
  route: Route<Params, Query, Body, Answer>,
  given: Given<Params, Query, Body>,
  options: QueryOptions = {},
) {
  const workspace = useContext(Elsewhere);
  return useQuery({
    queryKey: workspace ? [...keyOf(route, given), workspace] : keyOf(route, given),
    queryFn: ({ queryKey, signal }) => askOrRemember(queryKey, () => call(route, { ...given, signal, workspace })),
    ...(options.enabled !== undefined && { enabled: options.enabled }),
    ...(options.every !== undefined && { refetchInterval: options.every }),
    ...(options.isImmutable && { staleTime: Number.POSITIVE_INFINITY }),
  });
}

interface PagedRoute<Item> {
  id: string;
  /** One page of the list, from a cursor on. */
  page(cursor: string | undefined, signal: AbortSignal): Promise<{ items: readonly Item[]; nextCursor?: string | undefined }>;
}

/** Where the cache keeps the pages of a list. */
export function pagesKeyOf(route: Pick<Route, "id">, given: object): QueryKey {
  return [route.id, "pages", given];
}

/** A list that comes in pages: the items so far, and how to get more. */
export function useApiPages<Item>(paged: PagedRoute<Item>, given: object, options: Pick<QueryOptions, "every"> = {}) {
  const { data, ...query } = useInfiniteQuery({
    queryKey: pagesKeyOf(paged, given),
    queryFn: ({ queryKey, pageParam, signal }) => askOrRemember([...queryKey, pageParam], () => paged.page(pageParam, signal)),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: (before) => before,
    ...(options.every !== undefined && { refetchInterval: options.every }),
  });
  return { ...query, items: data?.pages.flatMap((page) => page.items) };
}

/** A change through a route; afterwards what the cache holds of `stale` routes is asked for again. */
export function useChange<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType, Answer extends z.ZodType>(
  route: Route<Params, Query, Body, Answer>,
  options: { stale?: readonly Pick<Route, "id">[] } = {},
) {
  const cache = useQueryClient();
  const workspace = useContext(Elsewhere);
  return useMutation({
    mutationFn: (given: Given<Params, Query, Body>) => call(route, { ...given, workspace }),
    onSettled: () => Promise.all((options.stale ?? []).map((stale) => cache.invalidateQueries({ queryKey: keyOf(stale) }))),
  });
}
