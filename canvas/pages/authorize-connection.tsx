import { useQueryClient } from "@tanstack/react-query";
import { ExternalLink, KeyRound } from "lucide-react";
import { useEffect } from "react";
import { type Connection, listConnections, listTools } from "#server/contract/connections.ts";
import { authorizeConnection } from "#server/contract/mcp.ts";
import { errorText } from "../api/api-problem.ts";
import { keyOf, useChange } from "../api/queries.ts";
import { MayButton } from "../session/may-button.tsx";
import { FormError } from "../ui/form-error.tsx";

/** For a server that wants OAuth: lets a person authorize Heddle on a page of the server's own. */
export function AuthorizeConnection({ connection }: { connection: Connection }) {
  const cache = useQueryClient();
  const authorize = useChange(authorizeConnection);
  // they come back from the other page: how the connection is doing may have changed
  useEffect(() => {
    const look = () => {
      for (const route of [listConnections, listTools]) void cache.invalidateQueries({ queryKey: keyOf(route) });
    };
    window.addEventListener("focus", look);
    return () => window.removeEventListener("focus", look);
  }, [cache]);
  const url = authorize.data?.url;
  return (
    <div className="flex flex-col gap-2 border-line border-t px-4 py-3">
      {authorize.error && <FormError text={errorText(authorize.error)} />}
      <div className="flex items-center gap-3">
        <p className="min-w-0 flex-1 text-ink-muted text-xs">This server wants to be asked by a person: you authorize Heddle on a page of its own.</p>
        {url === undefined ? (
          <MayButton
            action="connection.manage"
            icon={<KeyRound size={14} aria-hidden />}
            busy={authorize.isPending}
            onClick={() => authorize.mutate({ params: { id: connection.id } })}
          >
            Authorize
          </MayButton>
        ) : (
          <a
            href={url}
            target="_blank"
            rel="noreferrer"
            className="inline-flex h-7 items-center gap-1.5 rounded-md bg-accent-fill px-2.5 font-medium text-on-accent text-sm hover:bg-accent-fill-hover"
            onClick={() => authorize.reset()}
          >
            <ExternalLink size={14} aria-hidden />
            Open {new URL(url).host}
          </a>
        )}
      </div>
    </div>
  );
}
