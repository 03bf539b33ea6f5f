import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useContext, useEffect, useState } from "react";
import { type FoundThing, findThings } from "#server/contract/find.ts";
import { call } from "../api/client.ts";
import { Elsewhere } from "../api/elsewhere.ts";
import { keyOf } from "../api/queries.ts";
import { useMay } from "../session/use-may.ts";
import { likelyThings } from "./likely-things.ts";

/** Shorter than the pause of a search of names: what is found by meaning has to be there while one still looks. */
const PAUSE_MS = 70;
/** Fewer letters mean nothing, but where one letter is a word. */
const LEAST = 3;
const WORD_LETTERS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
/** Things of all kinds, those that cannot be added or mean something else among them. */
const MOST = 50;
const PATIENCE_MS = 3_000;
const FRESH_MS = 30_000;
const NOTHING: readonly FoundThing[] = [];

/**
 * What does what a search asks for, the best first; nothing while that is not known. A search that is typed on takes the place of the one before it. Where
 * nobody answers, nothing is found by meaning, and nobody is troubled with it: names are compared here.
 */
export function useFoundThings(search: string): readonly FoundThing[] {
  const workspace = useContext(Elsewhere);
  const mayFind = useMay("knowledge.read");
  const typed = search.trim();
  const [query, setQuery] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setQuery(typed), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const isWanted = mayFind && isEnough(query);
  const { data } = useQuery({
    queryKey: [...keyOf(findThings, { query }), ...(workspace ? [workspace] : [])],
    queryFn: async ({ signal }) => {
      const patient = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
      const { items, mode } = await call(findThings, { query: { query, limit: MOST }, signal: patient, workspace });
      return { items: likelyThings(items, query), mode };
    },
    enabled: isWanted,
    retry: false,
    // what was found before meaning was known is asked for again
    staleTime: ({ state }) => (state.data?.mode === "hybrid" ? FRESH_MS : 0),
    placeholderData: keepPreviousData,
  });
  return isWanted && isEnough(typed) ? (data?.items ?? NOTHING) : NOTHING;
}

function isEnough(search: string): boolean {
  return search.length >= LEAST || WORD_LETTERS.test(search);
}
