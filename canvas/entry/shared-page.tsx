import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link2Off } from "lucide-react";
import { useEffect } from "react";
import { useNavigate, useParams } from "react-router";
import { readSession } from "#server/contract/session.ts";
import { openShareLink } from "#server/contract/sharing.ts";
import { errorText, hasCode } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { keyOf } from "../api/queries.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { Waiting } from "../ui/waiting.tsx";
import { TextLink } from "./text-link.tsx";

/** Opens the graph that a link shares. */
export function SharedPage() {
  const { token = "" } = useParams();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const opened = useQuery({
    queryKey: [openShareLink.id, token],
    queryFn: ({ signal }) => call(openShareLink, { body: { token }, signal }),
    retry: false,
    gcTime: 0,
  });
  const graph = opened.data?.graph;
  useEffect(() => {
    if (graph === undefined) return;
    // whoever had no account is a guest now; the token leaves the address, and stays for who signs in to do more
    void cache.resetQueries({ queryKey: keyOf(readSession) }).then(() => navigate(`/graphs/${graph}`, { replace: true, state: { shared: token } }));
  }, [graph, token, cache, navigate]);
  if (!opened.error) return <Waiting />;
  if (hasCode(opened.error, "gone") || hasCode(opened.error, "not-found") || hasCode(opened.error, "bad-request")) {
    return (
      <EmptyState
        icon={<Link2Off size={18} aria-hidden />}
        title="This link does not work any more"
        text="Whoever shared the graph has stopped sharing it, or the link is not complete. Ask them for a new one."
        actions={<TextLink to="/">Go to Heddle</TextLink>}
      />
    );
  }
  return <LoadError title="The graph could not be opened" text={errorText(opened.error)} busy={opened.isFetching} onRetry={() => void opened.refetch()} />;
}
