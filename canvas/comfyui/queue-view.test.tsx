import { QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { MemoryRouter } from "react-router";
import { expect, it } from "vitest";
import { listConnections } from "#server/contract/connections.ts";
import { createQueryClient, keyOf } from "../api/queries.ts";
import { QueueView } from "./queue-view.tsx";

it("says why the servers are not known, and lets people try again", () => {
  const client = createQueryClient();
  // drawn once: nothing is asked for
  client.setDefaultOptions({ queries: { retryOnMount: false } });
  const queryKey = keyOf(listConnections, { query: { limit: 200, kind: "comfyui" } });
  client
    .getQueryCache()
    .build(client, { queryKey })
    .setState({ status: "error", error: new Error("The database is away.") });
  const html = renderToStaticMarkup(
    <QueryClientProvider client={client}>
      <MemoryRouter>
        <QueueView />
      </MemoryRouter>
    </QueryClientProvider>,
  );
  expect(html).toContain("The servers could not be listed");
  expect(html).toContain("Try again");
  expect(html).not.toContain("Loading servers");
});
